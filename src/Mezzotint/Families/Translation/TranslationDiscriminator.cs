using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;

namespace Mezzotint.Families.Translation;

/// <summary>A discriminator of inputs and pictures, whichever the recipe names.</summary>
internal sealed class TranslationDiscriminator
{
    private const int SmallestMap = 4;

    private readonly Module[] _networks;
    private readonly Func<Tensor, Pass, IReadOnlyList<IReadOnlyList<Tensor>>> _features;

    public TranslationDiscriminator(TranslationDiscriminatorRecipe recipe, int inChannels, int side, ulong seed)
    {
        // Other numbers than the generator's, whose paths may be the same.
        var initialization = new Initialization(~seed);
        switch (recipe.Kind)
        {
            case TranslationDiscriminatorKind.MultiScale:
                var scales = new MultiScaleDiscriminator(inChannels, initialization, recipe.Scales, recipe.Channels, recipe.Layers, recipe.Norm);
                (_networks, _features) = ([scales], scales.Features);
                break;
            case TranslationDiscriminatorKind.GlobalAndLocal:
                int layers = 1;
                while (side >> (layers + 1) >= SmallestMap) layers++;
                var whole = new WholeImageDiscriminator(
                    inChannels, initialization, recipe.Channels, layers, recipe.Norm, name: "discriminator.global");
                PatchDiscriminator local = Patches("discriminator.local");
                (_networks, _features) = ([local, whole], (pair, pass) => [local.Features(pair, pass), whole.Features(pair, pass)]);
                break;
            default:
                PatchDiscriminator patches = Patches("discriminator");
                (_networks, _features) = ([patches], (pair, pass) => [patches.Features(pair, pass)]);
                break;
        }

        PatchDiscriminator Patches(string name) =>
            new(inChannels, initialization, recipe.Channels, recipe.Layers, recipe.Norm, name: name);
    }

    public IEnumerable<Variable> Parameters => _networks.SelectMany(network => network.Parameters);

    public IEnumerable<Variable> Variables => _networks.SelectMany(network => network.Variables);

    /// <summary>For each of its parts what the layers make of an input and a picture, the judgement last.</summary>
    public IReadOnlyList<IReadOnlyList<Tensor>> Features(Tensor input, Tensor picture, Pass pass) =>
        _features(Tensor.Concat(3, input, picture), pass);
}
