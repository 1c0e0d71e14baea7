/* What fault_shim writes down of each change of the disk, and powercut reads: a head, then the
 * path, the second path (rename) and the data, without a gap. One machine writes and reads it. */
#ifndef DISK_LOG_H
#define DISK_LOG_H

#include <stdint.h>

#define DISK_CREATE   'c'
#define DISK_MKDIR    'm'
#define DISK_WRITE    'w' /* data at offset */
#define DISK_TRUNCATE 't' /* to offset bytes */
#define DISK_SYNC     's' /* a file, or a directory */
#define DISK_RENAME   'r'
#define DISK_UNLINK   'u'

typedef struct disk_log_head {
    char op;
    uint32_t path_len, to_len;
    uint64_t offset, data_len;
} disk_log_head;

#endif
