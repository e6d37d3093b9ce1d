namespace Mezzotint.Weights.Published;

/// <summary>
/// Networks of the field that are not run, and a name or two by which their files are told: so that a file of one is called what it is.
/// </summary>
internal static class OtherNetworks
{
    private static readonly (string Network, string[] Marks)[] Known =
    [
        ("SwinIR", ["layers.0.residual_group.blocks.0.attn.qkv.weight"]),
        ("HAT", ["layers.0.residual_group.overlap_attn.qkv.weight"]),
        ("Restormer", ["encoder_level1.0.attn.temperature"]),
        ("NAFNet", ["encoders.0.0.beta", "intro.weight"]),
        ("RCAN", ["head.0.weight", "body.0.body.0.body.0.weight"]),
        ("IMDN for real time (IMDN_RTE)", ["fea_conv.0.weight", "block1.c1.weight"]),
        ("IMDN for real time (IMDN_RTC)", ["model.0.weight", "model.1.sub.0.c1.weight"]),
        ("StyleGAN2", ["mapping.fc0.weight"]),
        ("StyleGAN2", ["style.1.weight", "conv1.conv.weight"]),
        ("SPADE", ["head_0.norm_0.mlp_shared.0.weight"]),
        ("Real-ESRGAN's U-Net discriminator", ["conv0.weight", "conv9.weight"]),
        ("pix2pix's U-Net with instance norm", ["model.model.0.bias", "model.model.1.model.1.bias"]),
        ("a ResNet classifier", ["layer1.0.conv1.weight", "fc.weight"]),
        ("CLIP", ["visual.proj", "token_embedding.weight"]),
        ("Stable Diffusion", ["model.diffusion_model.input_blocks.0.0.weight"]),
    ];

    /// <summary>Which of them a state is of, as its names look; null for none.</summary>
    public static string? NameOf(PublishedState state) =>
        Known.FirstOrDefault(known => known.Marks.All(mark => state.ShapeOf(mark) is not null)).Network;
}
