/* Runs a fuzz target over a folder of saved inputs without libFuzzer, so that
 * GCC builds, sanitizers and CI replay the corpus as an ordinary regression test. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_BYTES_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
    FILE *f = fopen(path, "rb");
    uint8_t *buf = malloc(INPUT_BYTES_MAX);
    if (!f || !buf) {
        perror(path);
        if (f) (void)fclose(f);
        free(buf);
        return 1;
    }
    size_t n = fread(buf, 1, INPUT_BYTES_MAX, f);
    (void)fclose(f);
    uint8_t *exact = malloc(n ? n : 1); /* exact size: ASan sees one byte too many */
    if (exact) {
        memcpy(exact, buf, n);
        (void)LLVMFuzzerTestOneInput(exact, n);
    }
    free(exact);
    free(buf);
    return exact ? 0 : 1;
}

int main(int argc, char **argv)
{
    int passed = 0, failed = 0;
    for (int i = 1; i < argc; i++) {
        DIR *d = opendir(argv[i]);
        if (!d) {
            perror(argv[i]);
            return 1;
        }
        for (struct dirent *e; (e = readdir(d));) {
            if (e->d_name[0] == '.') continue;
            char path[4096];
            (void)snprintf(path, sizeof path, "%s/%s", argv[i], e->d_name);
            if (replay(path)) {
                failed++;
            } else {
                passed++;
            }
        }
        (void)closedir(d);
    }
    (void)printf("%d passed, %d failed\n", passed, failed);
    return failed || passed == 0; /* an empty corpus proves nothing */
}
