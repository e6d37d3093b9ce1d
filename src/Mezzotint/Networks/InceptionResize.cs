namespace Mezzotint.Networks;

/// <summary>How images are brought to the size that Inception v3 takes: a term of every score that is made of its features.</summary>
public enum InceptionResize
{
    /// <summary>As pytorch-fid does: bilinear between pixels' middles, without antialiasing, to -1..1.</summary>
    LegacyPyTorch,

    /// <summary>
    /// As the original program's graph of TensorFlow 1 did: bilinear between pixels' corners, without antialiasing, less 128 and by 128 of
    /// 0..255.
    /// </summary>
    LegacyTensorFlow,

    /// <summary>
    /// As clean-fid does (Parmar, Zhang and Zhu 2022): PIL's bicubic with antialiasing, unrounded, kept within 0..255, less 128 and by 128.
    /// </summary>
    Clean,
}
