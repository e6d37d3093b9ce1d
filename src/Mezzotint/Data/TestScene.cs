using System.Numerics;

namespace Mezzotint.Data;

/// <summary>
/// A picture that belongs to nobody: a small landscape, drawn by formulas, with what is hard to enlarge: bricks, shingles, grass, a
/// woven cloth, a rotor of spokes that meet in a point, thin wires, letters, sharp diagonals and circles, beside smooth sky. For
/// examples and tests.
/// </summary>
/// <remarks>
/// Lengths are in units of 1/240 of the height, so that the scene is the same at any size. A point's colour is found by asking the
/// things in it from front to back. Every seed has its own sun, hills, house, colours and grass.
/// </remarks>
public static class TestScene
{
    private const float UnitsHigh = 240;
    private const int Samples = 4; // a pixel is the mean of 4 x 4 points

    /// <summary>Draws the scene.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="seed">Which scene; 0 is the one in the documentation.</param>
    /// <returns>height x width x 3 samples of red, green and blue in [0,1], gamma-encoded.</returns>
    public static float[] Render(int width, int height, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        float unit = UnitsHigh / height;
        var scene = new Landscape(width * unit, seed);
        float[] pixels = new float[checked(height * width * 3)];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                var light = Vector3.Zero;
                for (int sample = 0; sample < Samples * Samples; sample++)
                {
                    float right = (sample % Samples + 0.5f) / Samples, down = (sample / Samples + 0.5f) / Samples;
                    var colour = scene.At(new Vector2(x + right, y + down) * unit);
                    light += colour * colour; // light adds up, and its encoding is near enough a square root
                }
                light = Vector3.SquareRoot(light / (Samples * Samples));
                Vector3.Clamp(light, Vector3.Zero, Vector3.One).CopyTo(pixels.AsSpan((y * width + x) * 3, 3));
            }
        }
        return pixels;
    }

    /// <summary>The things of one scene, in units; y grows downwards.</summary>
    private sealed class Landscape
    {
        private const string Name = "MEZZOTINT";

        private readonly int _seed;
        private readonly float _width;
        private readonly float _horizon;
        private readonly Vector2 _sun;
        private readonly float _phase;
        private readonly float _house;
        private readonly Vector2 _rotor;
        private readonly Vector3 _brick, _cloth, _sky;

        public Landscape(float width, int seed)
        {
            _seed = seed;
            _width = width;
            _horizon = 128 + 8 * Chance(1);
            _sun = new Vector2(width * (0.30f + 0.2f * Chance(2)), 40 + 16 * Chance(3));
            _phase = 6.28f * Chance(4);
            _house = width * (0.60f + 0.06f * Chance(5));
            _rotor = new Vector2(width * (0.13f + 0.05f * Chance(6)), 92 + 8 * Chance(7));
            _brick = new Vector3(0.66f, 0.30f + 0.1f * Chance(8), 0.22f);
            _cloth = Vector3.Lerp(new Vector3(0.75f, 0.13f, 0.16f), new Vector3(0.12f, 0.25f, 0.55f), Chance(9));
            _sky = Vector3.Lerp(new Vector3(0.30f, 0.52f, 0.80f), new Vector3(0.42f, 0.48f, 0.74f), Chance(10));
        }

        public Vector3 At(Vector2 p) =>
            Sign(p) ?? Washing(p) ?? Fence(p) ?? Mill(p) ?? House(p) ?? Wires(p) ?? Ground(p) ?? Hills(p) ?? Sky(p);

        private Vector3 Sky(Vector2 p)
        {
            float low = Math.Clamp(p.Y / _horizon, 0, 1);
            var colour = Vector3.Lerp(_sky, new Vector3(0.80f, 0.89f, 0.96f), Ramp(0, 0.75f, low));
            colour = Vector3.Lerp(colour, new Vector3(0.99f, 0.90f, 0.78f), Ramp(0.5f, 1, low));
            float distance = Vector2.Distance(p, _sun);
            if (distance < 13)
                return new Vector3(1, 0.96f, 0.80f);
            colour = Vector3.Lerp(colour, new Vector3(1, 0.93f, 0.72f), 0.75f * MathF.Exp(-(distance - 13) / 22));
            float cloud = Smooth(p * new Vector2(1 / 46f, 1 / 13f), 20) * 0.6f + Smooth(p * new Vector2(1 / 19f, 1 / 6f), 21) * 0.4f;
            return Vector3.Lerp(colour, new Vector3(1, 0.98f, 0.96f), 0.85f * Ramp(0.55f, 0.80f, cloud) * Ramp(_horizon - 30, 20, p.Y));
        }

        private Vector3? Hills(Vector2 p)
        {
            // Sharp peaks behind, their two faces lit differently, and rounded hills before them.
            float range = 0, offset = 0;
            for (int i = 0; i < 5; i++)
            {
                float peak = _width * (i + 0.2f + 0.6f * Chance(30 + i)) / 5, height = 30 + 28 * Chance(40 + i);
                float here = height - MathF.Abs(p.X - peak) * (0.75f + 0.3f * Chance(50 + i));
                if (here > range)
                    (range, offset) = (here, p.X - peak);
            }
            float low = 16 + 7 * MathF.Sin(p.X / 34 + _phase) + 4 * MathF.Sin(p.X / 13 + 2 * _phase);
            if (p.Y > _horizon - low)
            {
                float trees = Rough(p * new Vector2(0.5f, 0.7f), 60);
                return Vector3.Lerp(new Vector3(0.22f, 0.38f, 0.24f), new Vector3(0.38f, 0.52f, 0.28f), trees);
            }
            if (p.Y < _horizon - range)
                return null;
            float snowLine = _horizon - 40 + 5 * MathF.Abs(MathF.Sin(p.X * 0.55f));
            bool lit = offset < 2 * MathF.Sin(p.Y * 0.4f);
            if (p.Y < snowLine)
                return lit ? new Vector3(0.97f, 0.97f, 1) : new Vector3(0.72f, 0.78f, 0.90f);
            return lit ? new Vector3(0.58f, 0.56f, 0.66f) : new Vector3(0.40f, 0.42f, 0.56f);
        }

        private Vector3? Ground(Vector2 p)
        {
            float edge = _horizon + 2 * MathF.Sin(p.X / 50 + _phase);
            if (p.Y < edge)
                return null;
            float depth = (p.Y - edge) / (UnitsHigh - edge);
            // A path that widens towards the viewer, of pebbles.
            float middle = _house - 24 - 70 * depth * depth, half = 3 + 26 * depth;
            if (MathF.Abs(p.X - middle) < half + 1.5f * MathF.Sin(p.Y * 0.6f))
            {
                float size = 1.5f + 5 * depth;
                return new Vector3(0.78f, 0.70f, 0.56f) * (0.72f + 0.38f * Pebbles(p / new Vector2(size * 1.5f, size)));
            }
            return Flower(p) ?? Grass(p, edge);
        }

        private Vector3 Grass(Vector2 p, float edge)
        {
            // Rows of blades, each row lower in the picture, larger and in front of the one before it.
            const float first = 1.6f, growth = 1.06f;
            float Baseline(int row) => edge + first * (MathF.Pow(growth, row) - 1) / (growth - 1);
            int behind = Math.Max((int)(MathF.Log((p.Y - edge) * (growth - 1) / first + 1) / MathF.Log(growth)), 0);
            for (int row = behind + 4; row > behind; row--)
            {
                float size = first * MathF.Pow(growth, row);
                float up = (Baseline(row) - p.Y) / size; // 0 at the roots
                float lean = 0.5f * (Hash(row, 0, 70) - 0.5f) + 0.25f * MathF.Sin(p.X / 40 + row);
                float x = (p.X + lean * up * size) / (0.42f * size) + 7 * Hash(row, 1, 70);
                int blade = (int)MathF.Floor(x);
                float tall = 1.6f + 2.0f * Hash(blade, row, 71);
                if (up < tall && MathF.Abs(x - blade - 0.5f) < 0.5f * (1 - up / tall) + 0.08f)
                {
                    var tip = Vector3.Lerp(new Vector3(0.46f, 0.66f, 0.24f), new Vector3(0.70f, 0.74f, 0.30f), Hash(blade, row, 72));
                    var colour = Vector3.Lerp(new Vector3(0.13f, 0.32f, 0.11f), tip, Ramp(-0.3f, 2.6f, up));
                    return colour * (0.85f + 0.25f * Smooth(p / 30, 73));
                }
            }
            return new Vector3(0.16f, 0.34f, 0.12f);
        }

        private Vector3? House(Vector2 p)
        {
            float left = _house, right = _house + 92, top = 92, bottom = _horizon + 34, ridge = 52;
            var local = new Vector2(p.X - left, p.Y - top);

            // The chimney, behind the roof.
            if (p.X > left + 66 && p.X < left + 78 && p.Y > 44 && p.Y < 80)
                return p.Y < 47 ? new Vector3(0.35f, 0.31f, 0.30f) : Bricks(local * 1.2f) * 0.9f;

            // The roof, a triangle with eaves and rows of shingles.
            float across = MathF.Abs(p.X - (left + right) / 2), eaves = 54;
            if (p.Y < top + 1 && p.Y > ridge + (top - ridge) * across / eaves)
            {
                bool edge = p.Y < ridge + (top - ridge) * across / eaves + 2.5f;
                return edge ? new Vector3(0.93f, 0.90f, 0.84f) : Shingles(p);
            }
            if (p.X < left || p.X > right || p.Y < top || p.Y > bottom)
                return null;

            var colour = Opening(local) ?? Bricks(local);
            return p.Y < top + 4 ? colour * (0.55f + 0.1f * (p.Y - top)) : colour; // the shadow of the eaves
        }

        private static Vector3? Opening(Vector2 p)
        {
            var frame = new Vector3(0.95f, 0.94f, 0.90f);
            foreach (float x in (ReadOnlySpan<float>)[11, 61])
            {
                var w = p - new Vector2(x, 14);
                if (w.X is > -2 and < 22 && w.Y is > -2 and < 28)
                {
                    if (w.X is < 0 or > 20 || w.Y is < 0 or > 26 || MathF.Abs(w.X - 10) < 0.6f || MathF.Abs(w.Y - 8.7f) < 0.6f
                        || MathF.Abs(w.Y - 17.4f) < 0.6f)
                        return frame;
                    float sheen = MathF.Abs((w.X + w.Y * 0.8f) % 19 - 7) < 3 ? 0.25f : 0; // the sky in the glass, aslant
                    return Vector3.Lerp(new Vector3(0.16f, 0.22f, 0.33f), new Vector3(0.62f, 0.72f, 0.86f), sheen + w.Y / 60);
                }
            }
            var d = p - new Vector2(37, 22);
            if (d.X is > -2 and < 18 && d.Y > -2)
            {
                if (d.X is < 0 or > 16 || d.Y < 0)
                    return frame;
                if (Vector2.Distance(d, new Vector2(13.5f, 25)) < 1.1f)
                    return new Vector3(0.95f, 0.80f, 0.35f);
                bool groove = d.X % 4 < 0.5f;
                return new Vector3(0.20f, 0.36f, 0.33f) * (groove ? 0.6f : 1);
            }
            return null;
        }

        private Vector3 Bricks(Vector2 p)
        {
            const float wide = 8, high = 3.6f, mortar = 0.55f;
            float row = MathF.Floor(p.Y / high);
            float x = p.X + (row % 2 == 0 ? 0 : wide / 2);
            float column = MathF.Floor(x / wide);
            if (x - column * wide < mortar || p.Y - row * high < mortar)
                return new Vector3(0.78f, 0.74f, 0.68f);
            float tone = 0.78f + 0.34f * Hash((int)column, (int)row, 80) + 0.10f * (Rough(p * 1.7f, 81) - 0.5f);
            return _brick * tone;
        }

        private Vector3 Shingles(Vector2 p)
        {
            const float wide = 6, high = 4;
            float row = MathF.Floor(p.Y / high);
            float x = p.X + (row % 2 == 0 ? 0 : wide / 2);
            float column = MathF.Floor(x / wide);
            var cell = new Vector2(x - column * wide - wide / 2, p.Y - row * high);
            // Each shingle hangs as an arc; below it the next row shows in shadow.
            bool shadow = cell.Y > high - 0.16f * cell.X * cell.X - 0.5f;
            float tone = 0.8f + 0.35f * Hash((int)column, (int)row, 82);
            return new Vector3(0.33f, 0.36f, 0.44f) * (shadow ? 0.45f : tone);
        }

        private Vector3? Mill(Vector2 p)
        {
            const float radius = 30;
            float distance = Vector2.Distance(p, _rotor);
            if (distance < 2.6f)
                return new Vector3(0.85f, 0.68f, 0.28f);
            if (distance < radius)
            {
                // Spokes that meet in a point: every spatial frequency there is.
                float angle = MathF.Atan2(p.Y - _rotor.Y, p.X - _rotor.X) + 0.3f * _phase;
                bool dark = MathF.Sin(angle * 18) > 0;
                if (distance > radius - 1.6f)
                    return new Vector3(0.28f, 0.20f, 0.16f);
                return dark ? new Vector3(0.15f, 0.17f, 0.24f) : new Vector3(0.97f, 0.95f, 0.88f);
            }
            float half = 5 + (p.Y - _rotor.Y) * 0.10f;
            if (p.Y > _rotor.Y && p.Y < _horizon + 40 && MathF.Abs(p.X - _rotor.X) < half)
            {
                float plank = (p.Y - _rotor.Y) % 3.5f;
                float grain = Smooth(new Vector2(p.X / 7, p.Y * 1.4f), 83);
                return new Vector3(0.58f, 0.43f, 0.29f) * (plank < 0.5f ? 0.5f : 0.8f + 0.35f * grain);
            }
            return null;
        }

        private Vector3? Wires(Vector2 p)
        {
            // Three hair-thin wires that sag from behind the rotor to the chimney.
            float left = _rotor.X + 10, right = _house + 66, t = (p.X - left) / (right - left);
            if (t is < 0 or > 1)
                return null;
            for (int i = 0; i < 3; i++)
            {
                float y = 78 + 5 * i + (50 + 3 * i - 78 - 5 * i) * t + 44 * t * (1 - t);
                if (MathF.Abs(p.Y - y) < 0.35f)
                    return new Vector3(0.12f, 0.12f, 0.16f);
            }
            return null;
        }

        private Vector3? Fence(Vector2 p)
        {
            float top = _horizon + 26, bottom = _horizon + 48, right = MathF.Floor((_house - 44) / 7) * 7 + 3;
            if (p.X > right || p.Y < top - 4 || p.Y > bottom)
                return null;
            float x = p.X % 7;
            bool picket = x < 3 && p.Y > top - 3 + 1.6f * MathF.Abs(x - 1.5f);
            bool rail = MathF.Abs(p.Y - top - 5) < 1 || MathF.Abs(p.Y - bottom + 6) < 1;
            if (picket)
                return new Vector3(0.96f, 0.95f, 0.92f) * (x > 2.5f ? 0.75f : 1);
            return rail ? new Vector3(0.80f, 0.79f, 0.78f) : null;
        }

        private Vector3? Washing(Vector2 p)
        {
            // A cloth of a woven check on a line between two thin poles.
            float left = _rotor.X + 38, right = left + 46, top = _horizon - 6;
            if (MathF.Abs(p.X - left) < 0.8f || MathF.Abs(p.X - right) < 0.8f)
                return p.Y > top - 4 && p.Y < top + 46 ? new Vector3(0.36f, 0.26f, 0.18f) : null;
            float t = (p.X - left) / (right - left);
            if (t is < 0 or > 1)
                return null;
            float line = top + 8 * t * (1 - t);
            if (MathF.Abs(p.Y - line) < 0.35f)
                return new Vector3(0.95f, 0.95f, 0.92f);
            float wave = 1.2f * MathF.Sin(p.X / 3.1f);
            if (t is < 0.14f or > 0.86f || p.Y < line || p.Y > line + 31 + wave)
                return null;
            var q = new Vector2(p.X - left, p.Y - line - wave * (p.Y - line) / 31);
            float warp = q.X % 11 < 4.4f ? 1 : 0, weft = q.Y % 11 < 4.4f ? 1 : 0;
            bool over = (MathF.Floor(q.X / 1.1f) + MathF.Floor(q.Y / 1.1f)) % 2 == 0; // which thread lies on top
            float check = 0.35f * (warp + weft) + (over ? 0.15f * warp : 0.15f * weft);
            var cloth = Vector3.Lerp(new Vector3(0.95f, 0.92f, 0.84f), _cloth, MathF.Min(check * 1.15f, 1));
            return cloth * (0.88f + 0.12f * MathF.Sin(p.X / 3.1f + 1));
        }

        private Vector3? Sign(Vector2 p)
        {
            float high = 28, wide = 124, left = _width * 0.5f - wide / 2 - 10, top = UnitsHigh - 48;
            var local = p - new Vector2(left, top);
            if (local.X is > 14 and < 18 or > 106 and < 110 && local.Y > high)
                return Wood(new Vector2(local.Y, local.X), 86) * 0.7f; // a post
            if (local.X < 0 || local.X > wide || local.Y < 0 || local.Y > high)
                return null;
            if (local.X < 1.5f || local.X > wide - 1.5f || local.Y < 1.5f || local.Y > high - 1.5f)
                return new Vector3(0.25f, 0.16f, 0.10f);
            float size = 2.05f; // units to one of the letters' grid
            var text = (local - new Vector2((wide - StrokeFont.Width(Name) * size) / 2, (high - 6 * size) / 2)) / size;
            float ink = StrokeFont.Distance(Name, text);
            if (ink < 0.42f)
                return new Vector3(0.98f, 0.94f, 0.82f);
            return ink < 0.75f ? new Vector3(0.22f, 0.13f, 0.08f) : Wood(local, 84);
        }

        private Vector3 Wood(Vector2 p, int site)
        {
            float grain = Smooth(new Vector2(p.X / 23, p.Y * 1.1f + 1.6f * Smooth(p / 17, site + 1)), site);
            return Vector3.Lerp(new Vector3(0.44f, 0.28f, 0.16f), new Vector3(0.64f, 0.44f, 0.26f), grain);
        }

        /// <summary>A daisy or a poppy in some of the cells of a grid, larger towards the viewer.</summary>
        private Vector3? Flower(Vector2 p)
        {
            const float cell = 14;
            int column = (int)MathF.Floor(p.X / cell), row = (int)MathF.Floor(p.Y / cell);
            if (Hash(column, row, 74) > 0.16f)
                return null;
            var centre = new Vector2(column + 0.3f + 0.4f * Hash(column, row, 75), row + 0.3f + 0.4f * Hash(column, row, 76)) * cell;
            var offset = p - centre;
            float size = 0.8f + 2.6f * (centre.Y - _horizon) / (UnitsHigh - _horizon), distance = offset.Length() / size;
            if (distance < 0.4f)
                return new Vector3(0.98f, 0.80f, 0.20f);
            float petals = 0.8f + 0.2f * MathF.Cos(7 * MathF.Atan2(offset.Y, offset.X));
            if (distance > petals)
                return null;
            return Hash(column, row, 77) < 0.6f ? new Vector3(0.98f, 0.97f, 0.99f) : new Vector3(0.86f, 0.24f, 0.30f);
        }

        /// <summary>
        /// How near the border of its cell a point lies among scattered centres: 1 in the middle of a pebble, 0 between two.
        /// </summary>
        private float Pebbles(Vector2 p)
        {
            int column = (int)MathF.Floor(p.X), row = (int)MathF.Floor(p.Y);
            float first = 9, second = 9, tone = 0;
            for (int y = row - 1; y <= row + 1; y++)
            {
                for (int x = column - 1; x <= column + 1; x++)
                {
                    float distance = Vector2.Distance(p, new Vector2(x + Hash(x, y, 90), y + Hash(x, y, 91)));
                    if (distance < first)
                        (second, first, tone) = (first, distance, Hash(x, y, 92));
                    else if (distance < second)
                        second = distance;
                }
            }
            return Ramp(0, 0.25f, second - first) * (0.6f + 0.4f * tone);
        }

        /// <summary>Three octaves of smooth noise in [0,1].</summary>
        private float Rough(Vector2 p, int site) =>
            (4 * Smooth(p, site) + 2 * Smooth(2 * p, site + 100) + Smooth(4 * p, site + 200)) / 7;

        /// <summary>Random numbers at whole coordinates, joined smoothly; in [0,1].</summary>
        private float Smooth(Vector2 p, int site)
        {
            int x = (int)MathF.Floor(p.X), y = (int)MathF.Floor(p.Y);
            float fx = Ramp(0, 1, p.X - x), fy = Ramp(0, 1, p.Y - y);
            float top = float.Lerp(Hash(x, y, site), Hash(x + 1, y, site), fx);
            float bottom = float.Lerp(Hash(x, y + 1, site), Hash(x + 1, y + 1, site), fx);
            return float.Lerp(top, bottom, fy);
        }

        private float Hash(int x, int y, int site) =>
            (CounterRandom.Bits((ulong)_seed, (ulong)site, (ulong)(uint)x << 32 | (uint)y) >> 40) / (float)(1 << 24);

        private float Chance(int site) => Hash(0, 0, 1000 + site);

        /// <summary>0 at and before one edge, 1 at and beyond the other, smooth between.</summary>
        private static float Ramp(float from, float to, float value)
        {
            float t = Math.Clamp((value - from) / (to - from), 0, 1);
            return t * t * (3 - 2 * t);
        }
    }
}
