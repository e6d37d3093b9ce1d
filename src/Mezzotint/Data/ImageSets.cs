using Mezzotint.Imaging;

namespace Mezzotint.Data;

/// <summary>Opens images, however they lie.</summary>
public static class ImageSets
{
    /// <summary>The images to learn from.</summary>
    /// <param name="recipe">Where they are and what they are brought to.</param>
    /// <param name="report">Told, once each, of files that are left out.</param>
    /// <exception cref="TrainingDataException">None are named; a file or folder is missing, empty or broken, or they are not
    /// alike.</exception>
    public static IImageSet Open(ImageSetRecipe recipe, Action<SkippedFile>? report = null)
    {
        if (recipe.Train.Count == 0)
            throw new TrainingDataException("The recipe names no images to learn from; give a folder or file with --data, or in data.train.");
        IImageSet[] sets = [.. recipe.Train.Select(path => OpenOne(path, recipe, test: false, report))];
        return Chosen(sets.Length == 1 ? sets[0] : new JoinedImages(sets, recipe.Train), recipe, recipe.Limit);
    }

    /// <summary>The images to choose by, brought to the same as those to learn from; null where none are named.</summary>
    /// <param name="recipe">Where they are and what they are brought to.</param>
    /// <param name="report">Told, once each, of files that are left out.</param>
    /// <exception cref="TrainingDataException">A file or folder is missing, empty or broken.</exception>
    public static IImageSet? OpenValidation(ImageSetRecipe recipe, Action<SkippedFile>? report = null) =>
        recipe.Validation is { } path ? OpenTest(path, recipe, report) : null;

    /// <summary>
    /// Images to judge by, brought to what a recipe says; of a folder that holds IDX files to train and to test, the latter.
    /// </summary>
    /// <param name="path">A folder or file.</param>
    /// <param name="recipe">What they are brought to.</param>
    /// <param name="report">Told, once each, of files that are left out.</param>
    /// <exception cref="TrainingDataException">A file or folder is missing, empty or broken.</exception>
    public static IImageSet OpenTest(string path, ImageSetRecipe recipe, Action<SkippedFile>? report = null) =>
        Chosen(OpenOne(path, recipe, test: true, report), recipe, limit: null);

    /// <summary>Some images of a set chosen at random, none twice: a function of the seed.</summary>
    /// <param name="set">The set.</param>
    /// <param name="count">How many, at most all.</param>
    /// <param name="seed">The seed of the choice.</param>
    public static IImageSet Draw(IImageSet set, int count, ulong seed) => ImageSubset.Drawn(set, count, seed);

    /// <summary>The files of images to learn from and to choose by.</summary>
    internal static IReadOnlyList<DataFile> FilesOf(IImageSet? images, IImageSet? validation) =>
        [.. images?.Files ?? [], .. (validation?.Files ?? []).Select(file => file with { Name = $"validation: {file.Name}" })];

    private static IImageSet Chosen(IImageSet set, ImageSetRecipe recipe, int? limit) =>
        recipe.Classes.Count == 0 && limit is null ? set : ImageSubset.Of(set, recipe.Classes, limit);

    private static IImageSet OpenOne(string path, ImageSetRecipe recipe, bool test, Action<SkippedFile>? report) =>
        recipe.Layout == ImageLayout.Auto ? OpenOne(path, recipe with { Layout = LayoutOf(path) }, test, report)
        : recipe.Layout == ImageLayout.Idx ? IdxImages.Open(path, recipe, test)
        : recipe.Layout == ImageLayout.Sheets ? ImageSheets.Open(path, recipe)
        : ImageFolder.Open(path, recipe.Layout == ImageLayout.Classes, recipe, report);

    /// <summary>How images lie at a path that says nothing of it.</summary>
    /// <exception cref="TrainingDataException">There is nothing, or a file of no known kind.</exception>
    internal static ImageLayout LayoutOf(string path)
    {
        if (File.Exists(path))
        {
            return IdxFile.Looks(path) ? ImageLayout.Idx : throw new TrainingDataException(
                $"'{path}' is no file of images of the IDX format; give the folder that the pictures lie in, or for a sheet set data.layout to sheets.");
        }

        if (!Directory.Exists(path)) throw new TrainingDataException($"There is no file or folder '{path}'.");
        try
        {
            if (Directory.EnumerateFiles(path).Any(PictureFormats.HasPictureExtension)) return ImageLayout.Folder;
            if (IdxImages.In(path).Count > 0) return ImageLayout.Idx;
            return HasFoldersOfPictures(path) ? ImageLayout.Classes : ImageLayout.Folder;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new TrainingDataException($"Cannot list the folder '{path}': {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    /// <summary>Whether there are two folders or more that have pictures.</summary>
    internal static bool HasFoldersOfPictures(string path) => Directory.EnumerateDirectories(path).Where(HasPictures).Skip(1).Any();

    private static bool HasPictures(string folder) =>
        !Path.GetFileName(folder).StartsWith('.') && PhotographFolder.List(folder).Count > 0;
}
