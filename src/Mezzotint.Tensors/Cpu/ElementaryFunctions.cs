using System.Reflection;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// The transcendental functions, written in the primitive arithmetic of a <see cref="LaneEmitter"/>, so that the bits of a result do not
/// depend on
/// the number of lanes. Polynomials interpolate at Chebyshev nodes; each is correct to about half a unit in the last place of its own
/// range.
/// Within 2 units in the last place overall (the power: 4, for results near the ends of the range), subnormal results included.
/// </summary>
internal static class ElementaryFunctions
{
    // Adding 1.5 · 2^23 to a small number rounds it to an integer, found in the low bits of the sum.
    private const float Rounder = 12582912f;
    private const int RounderBits = 0x4B400000;

    // ln 2 with 9 trailing zero bits, so that products with exponents are exact, and what is left of it.
    private const float Ln2High = 0.693145752f, Ln2Low = 1.42860677e-06f;
    private const float Log2OfE = 1.44269502f;
    private const float SmallestNormal = 1.17549435e-38f;

    // Beyond this the reduction by a three-part π/2 loses accuracy.
    private const float LargestReducedAngle = 65536f;

    public static Lane Exponential(LaneEmitter e, Lane x) => Exponential(e, x, LaneEmitter.Constant(0f));

    public static Lane HyperbolicTangent(LaneEmitter e, Lane x)
    {
        // With q = exp(2|x|) - 1, kept relatively accurate near 0: tanh|x| = q / (q + 2).
        Lane size = e.Absolute(x);
        size = e.Select(e.Less(LaneEmitter.Constant(10f), size), LaneEmitter.Constant(10f), size);
        (Lane count, Lane rest) = ReduceByLn2(e, e.Add(size, size));
        Lane scale = PowerOfTwo(e, count);
        Lane q = e.MultiplyAdd(scale, ExponentialMinusOne(e, rest), e.Subtract(scale, LaneEmitter.Constant(1f)));
        Lane result = e.Divide(q, e.Add(q, LaneEmitter.Constant(2f)));
        Lane sign = e.And(e.AsInteger(x), LaneEmitter.Constant(int.MinValue));
        return e.AsFloat(e.Or(e.AsInteger(result), sign));
    }

    public static Lane Sigmoid(LaneEmitter e, Lane x)
    {
        // exp(-|x|) does not overflow, and small results keep their relative accuracy.
        Lane z = Exponential(e, e.Negate(e.Absolute(x)));
        Lane one = LaneEmitter.Constant(1f);
        return e.Divide(e.Select(e.Less(x, LaneEmitter.Constant(0f)), z, one), e.Add(one, z));
    }

    public static Lane Logarithm(LaneEmitter e, Lane x)
    {
        (Lane exponent, Lane f) = SplitExponent(e, x);
        Lane s = e.Divide(f, e.Add(f, LaneEmitter.Constant(2f)));
        Lane half = e.Multiply(e.Multiply(f, LaneEmitter.Constant(0.5f)), f);
        Lane tail = e.MultiplyAdd(s, e.Add(half, ArtanhTail(e, s)), e.Multiply(exponent, LaneEmitter.Constant(Ln2Low)));
        Lane result = e.MultiplyAdd(exponent, LaneEmitter.Constant(Ln2High), e.Subtract(f, e.Subtract(half, tail)));

        Lane zero = LaneEmitter.Constant(0f);
        result = e.Select(e.Less(x, LaneEmitter.Constant(float.PositiveInfinity)), result, x);
        result = e.Select(e.Less(x, zero), LaneEmitter.Constant(float.NaN), result);
        return e.Select(e.Equal(x, zero), LaneEmitter.Constant(float.NegativeInfinity), result);
    }

    public static Lane Power(LaneEmitter e, Lane x, Lane y)
    {
        // ln x as the sum of two floats, since y · ln x may be large and its error is the result's relative error.
        (Lane exponent, Lane f) = SplitExponent(e, x);
        Lane one = LaneEmitter.Constant(1f), zero = LaneEmitter.Constant(0f);
        Lane m = e.Add(f, one);
        Lane d = e.Add(m, one);
        Lane dLow = e.Subtract(m, e.Subtract(d, one));
        Lane inverse = e.Divide(one, d);
        Lane s = e.Multiply(f, inverse);
        Lane minusS = e.Negate(s);
        Lane sLow = e.Multiply(e.MultiplyAdd(minusS, dLow, e.MultiplyAdd(minusS, d, f)), inverse);
        Lane twice = e.Add(s, s);
        Lane low = e.MultiplyAdd(s, ArtanhTail(e, s), e.Add(sLow, sLow));
        Lane whole = e.Multiply(exponent, LaneEmitter.Constant(Ln2High));
        Lane high = e.Add(whole, twice);
        low = e.Add(e.Subtract(twice, e.Subtract(high, whole)), e.MultiplyAdd(exponent, LaneEmitter.Constant(Ln2Low), low));
        Lane logHigh = e.Add(high, low);
        Lane logLow = e.Subtract(low, e.Subtract(logHigh, high));

        // An exponent beyond 2^33 overflows or underflows for every x but 1 and need not be larger.
        Lane limit = LaneEmitter.Constant(8589934592f);
        Lane bounded = e.Select(e.Less(limit, y), limit, y);
        bounded = e.Select(e.Less(bounded, e.Negate(limit)), LaneEmitter.Constant(-8589934592f), bounded);
        Lane product = e.Multiply(bounded, logHigh);
        Lane productLow = e.MultiplyAdd(bounded, logLow, e.MultiplyAdd(bounded, logHigh, e.Negate(product)));
        productLow = e.Select(e.Less(e.Absolute(product), LaneEmitter.Constant(120f)), productLow, zero);
        Lane result = Exponential(e, product, productLow);

        // The ends of the range, where the logarithm is infinite: 0 or infinity by the sign of y.
        Lane infinity = LaneEmitter.Constant(float.PositiveInfinity);
        Lane rising = e.Select(e.Less(y, zero), infinity, zero);
        Lane falling = e.Select(e.Less(y, zero), zero, infinity);
        result = e.Select(e.Equal(x, zero), rising, result);
        result = e.Select(e.Equal(x, infinity), falling, result);
        result = e.Select(e.Equal(y, zero), one, result);
        result = e.Select(e.Less(x, zero), LaneEmitter.Constant(float.NaN), result);
        Lane sum = e.Add(e.Absolute(x), e.Absolute(y));
        return e.Select(e.Equal(sum, sum), result, sum);
    }

    public static Lane Sine(LaneEmitter e, Lane x) => Wave(e, x, 0, typeof(ElementaryFunctions).GetMethod(nameof(LargeSine))!);

    public static Lane Cosine(LaneEmitter e, Lane x) => Wave(e, x, 1, typeof(ElementaryFunctions).GetMethod(nameof(LargeCosine))!);

    /// <summary>The sine where the angle is beyond the limit; called by emitted code.</summary>
    public static unsafe void LargeSine(float* x, float* y, float limit, int lanes)
    {
        for (int i = 0; i < lanes; i++)
            if (MathF.Abs(x[i]) > limit) y[i] = (float)Math.Sin(x[i]);
    }

    /// <summary>The cosine where the angle is beyond the limit; called by emitted code.</summary>
    public static unsafe void LargeCosine(float* x, float* y, float limit, int lanes)
    {
        for (int i = 0; i < lanes; i++)
            if (MathF.Abs(x[i]) > limit) y[i] = (float)Math.Cos(x[i]);
    }

    // exp(x + low), low being a small correction.
    private static Lane Exponential(LaneEmitter e, Lane x, Lane low)
    {
        // Past these ends the result is infinity or 0 already; a NaN passes both comparisons.
        x = e.Select(e.Less(LaneEmitter.Constant(90f), x), LaneEmitter.Constant(90f), x);
        x = e.Select(e.Less(x, LaneEmitter.Constant(-105f)), LaneEmitter.Constant(-105f), x);
        (Lane count, Lane rest) = ReduceByLn2(e, x);
        if (low.Local is not null) rest = e.Add(rest, low);

        // In two factors, as the power of two alone may lie outside the range of normal numbers.
        Lane half = e.ShiftRight(e.Subtract(count, LaneEmitter.Constant(RounderBits)), 1);
        Lane other = e.Subtract(e.Subtract(count, LaneEmitter.Constant(RounderBits)), half);
        Lane result = e.Add(ExponentialMinusOne(e, rest), LaneEmitter.Constant(1f));
        return e.Multiply(e.Multiply(result, PowerOfTwo(e, half)), PowerOfTwo(e, other));
    }

    // x = n ln 2 + rest; n comes as the bits of a rounded sum.
    private static (Lane Count, Lane Remainder) ReduceByLn2(LaneEmitter e, Lane x)
    {
        Lane shifted = e.MultiplyAdd(x, LaneEmitter.Constant(Log2OfE), LaneEmitter.Constant(Rounder));
        Lane n = e.Subtract(shifted, LaneEmitter.Constant(Rounder));
        Lane rest = e.MultiplyAdd(n, LaneEmitter.Constant(-Ln2High), x);
        return (e.AsInteger(shifted), e.MultiplyAdd(n, LaneEmitter.Constant(-Ln2Low), rest));
    }

    // exp(r) - 1 for |r| ≤ ln 2 / 2.
    private static Lane ExponentialMinusOne(LaneEmitter e, Lane r) =>
        e.MultiplyAdd(e.Multiply(r, r), e.Polynomial(r, 0.5f, 0.166665763f, 0.0416665524f, 0.00836323295f, 0.00139262504f), r);

    // The low bits of n, a biased exponent; shifting discards the rest of the word.
    private static Lane PowerOfTwo(LaneEmitter e, Lane n) => e.AsFloat(e.ShiftLeft(e.Add(n, LaneEmitter.Constant(127)), 23));

    // x = 2^exponent · (1 + f), 1 + f between the square roots of 1/2 and 2.
    private static (Lane Exponent, Lane Fraction) SplitExponent(LaneEmitter e, Lane x)
    {
        Lane tiny = e.Less(x, LaneEmitter.Constant(SmallestNormal));
        Lane bits = e.AsInteger(e.Select(tiny, e.Multiply(x, LaneEmitter.Constant(8388608f)), x));
        Lane exponent = e.ShiftRight(e.Subtract(bits, LaneEmitter.Constant(0x3F3504F3)), 23);
        Lane fraction = e.AsFloat(e.Subtract(bits, e.ShiftLeft(exponent, 23)));
        Lane bias = e.Select(tiny, LaneEmitter.Constant(-23f), LaneEmitter.Constant(0f));
        return (e.Add(e.ToFloat(exponent), bias), e.Subtract(fraction, LaneEmitter.Constant(1f)));
    }

    // (2 artanh(s) - 2 s) / s.
    private static Lane ArtanhTail(LaneEmitter e, Lane s)
    {
        Lane z = e.Multiply(s, s);
        return e.Multiply(z, e.Polynomial(z, 0.666666687f, 0.400001228f, 0.285507351f, 0.233327612f));
    }

    // The sine of x + quarters · π/2.
    private static Lane Wave(LaneEmitter e, Lane x, int quarters, MethodInfo large)
    {
        Lane shifted = e.MultiplyAdd(x, LaneEmitter.Constant(0.636619747f), LaneEmitter.Constant(Rounder));
        Lane n = e.Subtract(shifted, LaneEmitter.Constant(Rounder));
        Lane r = e.MultiplyAdd(n, LaneEmitter.Constant(-1.57079637f), x);
        r = e.MultiplyAdd(n, LaneEmitter.Constant(4.37113883e-08f), r);
        r = e.MultiplyAdd(n, LaneEmitter.Constant(1.71512451e-15f), r);
        Lane z = e.Multiply(r, r);
        Lane sine = e.MultiplyAdd(e.Multiply(z, r), e.Polynomial(z, -0.166666672f, 0.00833333191f, -0.000198400827f, 2.72493139e-06f), r);
        Lane cosine = e.MultiplyAdd(
            e.Multiply(z, z),
            e.Polynomial(z, 0.0416666679f, -0.00138888881f, 2.48005963e-05f, -2.73004503e-07f),
            e.MultiplyAdd(z, LaneEmitter.Constant(-0.5f), LaneEmitter.Constant(1f)));

        // The two low bits of n count quarter turns: odd ones exchange sine and cosine, and the second half of the turn has the other sign.
        Lane turn = e.Add(e.AsInteger(shifted), LaneEmitter.Constant(quarters));
        Lane odd = e.Equal(e.ToFloat(e.And(turn, LaneEmitter.Constant(1))), LaneEmitter.Constant(1f));
        Lane sign = e.ShiftLeft(e.And(turn, LaneEmitter.Constant(2)), 30);
        Lane bits = e.AsInteger(e.Select(odd, cosine, sine));

        // Exclusive or, written with what integer arithmetic there is: adding the top bit flips it.
        Lane result = e.AsFloat(e.Add(bits, sign));
        return e.Repair(x, result, LargestReducedAngle, large);
    }
}
