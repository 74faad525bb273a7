#include <stdio.h>

#include "engine/cli/cli.h"

void
jc_cli_print_python_text(const char *text)
{
    (void) putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            (void) printf("\\%c", *text);
        } else if ((unsigned char) *text < ' ' || *text == 0x7f) {
            (void) printf("\\x%02x", (unsigned char) *text);
        } else {
            (void) putchar(*text);
        }
    }
    (void) putchar('"');
}
