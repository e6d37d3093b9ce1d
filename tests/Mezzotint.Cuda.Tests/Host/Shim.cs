namespace Mezzotint.Cuda.Tests.Host;

/// <summary>
/// What makes a C++ compiler for the host take CUDA C: one block after the other, its threads as fibers that hand over at a barrier.
/// Kernels without barriers run their threads in a plain loop.
/// </summary>
internal static class Shim
{
    public const string Code =
        """
        typedef __SIZE_TYPE__ size_t;
        extern "C" { void* malloc(size_t); void free(void*); void abort(); float powf(float, float); float expf(float); float logf(float); float tanhf(float); float sinf(float); float cosf(float);
        float sqrtf(float); float floorf(float); float fabsf(float); float fmaf(float, float, float);
        double sqrt(double); double log(double); double sin(double); double cos(double); }
        #define __global__
        #define __device__
        #define __forceinline__ inline
        #define __shared__ static __thread
        #define __align__(n) __attribute__((aligned(n)))
        #define __restrict__
        struct mz_index { unsigned x, y, z; };
        struct alignas(16) float4 { float x, y, z, w; };
        static __thread mz_index threadIdx, blockIdx, gridDim;
        static inline int __float_as_int(float a) { union { float f; int i; } u; u.f = a; return u.i; }
        static inline float __int_as_float(int a) { union { float f; int i; } u; u.i = a; return u.f; }

        static const int mz_threads = 256;
        static const size_t mz_stack = 32768;
        struct mz_block { void* sp[mz_threads]; void* main_sp; char* stacks; int now, done; void (*run)(void**); void** arguments; };
        static __thread mz_block* mz_now;
        // Saves what the calling convention wants kept, changes stacks, and goes on there.
        extern "C" void mz_switch(void** from, void* to);
        __asm__(".text\n.globl mz_switch\n.hidden mz_switch\n.type mz_switch,@function\nmz_switch:\n"
            "pushq %rbp\npushq %rbx\npushq %r12\npushq %r13\npushq %r14\npushq %r15\n"
            "movq %rsp,(%rdi)\nmovq %rsi,%rsp\n"
            "popq %r15\npopq %r14\npopq %r13\npopq %r12\npopq %rbx\npopq %rbp\nret\n");
        static void mz_yield() { mz_block* b = mz_now; int me = b->now; mz_switch(&b->sp[me], b->main_sp); threadIdx.x = me; }
        static inline void __syncthreads() { mz_yield(); }
        extern "C" __attribute__((visibility("hidden"))) void mz_enter()
        {
            mz_block* b = mz_now;
            threadIdx.x = b->now;
            b->run(b->arguments);
            b = mz_now;
            b->done++;
            mz_switch(&b->sp[b->now], b->main_sp);
            abort();
        }
        static void mz_grid(void (*run)(void**), void** arguments, unsigned gx, unsigned gy, unsigned gz, int fibers)
        {
            gridDim.x = gx; gridDim.y = gy; gridDim.z = gz;
            mz_block b;
            b.run = run; b.arguments = arguments; b.stacks = fibers ? (char*)malloc(mz_stack * mz_threads) : 0;
            mz_now = &b;
            for (unsigned z = 0; z < gz; z++) for (unsigned y = 0; y < gy; y++) for (unsigned x = 0; x < gx; x++)
            {
                blockIdx.x = x; blockIdx.y = y; blockIdx.z = z;
                threadIdx.y = threadIdx.z = 0;
                if (!fibers) { for (int t = 0; t < mz_threads; t++) { threadIdx.x = t; run(arguments); } continue; }
                for (int t = 0; t < mz_threads; t++)
                {
                    void** top = (void**)(((size_t)(b.stacks + mz_stack * (t + 1)) & ~(size_t)15)) - 2;
                    top[0] = (void*)mz_enter;
                    b.sp[t] = top - 6;
                }
                b.done = 0;
                // All threads reach the same barriers, so rounds are over together.
                while (b.done < mz_threads)
                    for (int t = 0; t < mz_threads; t++) { b.now = t; mz_switch(&b.main_sp, b.sp[t]); }
            }
            if (fibers) free(b.stacks);
        }

        """;

    /// <summary>The functions by which the host runs a kernel's grid.</summary>
    public static string Entry(string kernel, IReadOnlyList<string> types, bool barriers)
    {
        string arguments = string.Join(", ", types.Select((type, i) => $"({type})a[{i}]"));
        return $$"""

            static void {{kernel}}_run(void** a) { {{kernel}}({{arguments}}); }
            extern "C" void {{kernel}}_grid(void** a, unsigned x, unsigned y, unsigned z) { mz_grid({{kernel}}_run, a, x, y, z, {{(barriers ? 1 : 0)}}); }

            """;
    }
}
