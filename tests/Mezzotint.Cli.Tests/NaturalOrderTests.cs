using Mezzotint.Cli.Commands;

namespace Mezzotint.Cli.Tests;

public sealed class NaturalOrderTests
{
    [Theory]
    [InlineData("a2", "a10"), InlineData("a", "b"), InlineData("a1b", "a01c"), InlineData("f007", "f8"), InlineData("x9/a", "x10/a"), InlineData("a", "a1")]
    [InlineData("9", "99999999999999999999999999999"), InlineData("a01", "a1")]
    public void Numbers_in_names_are_ordered_by_their_value(string first, string second)
    {
        Assert.True(NaturalOrder.Instance.Compare(first, second) < 0);
        Assert.True(NaturalOrder.Instance.Compare(second, first) > 0);
        Assert.Equal(0, NaturalOrder.Instance.Compare(first, first));
    }
}
