//! `_stat`: what the bits of a file's mode mean.

use crate::constants::{add, numbers};
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::py::{Py, Result};
use python_model::value::*;

const BITS: &[(&str, i64)] = numbers! {
    S_IFBLK S_IFCHR S_IFDIR S_IFIFO S_IFLNK S_IFREG S_IFSOCK S_IRGRP S_IROTH S_IRUSR S_IRWXG S_IRWXO S_IRWXU S_ISGID S_ISUID S_ISVTX
    S_IWGRP S_IWOTH S_IWUSR S_IXGRP S_IXOTH S_IXUSR
};

/// Other names, kinds of files that Linux does not have, places in `stat_result`, and flags of other systems.
const OTHERS: &[(&str, i64)] = &[
    ("S_IREAD", libc::S_IRUSR as i64),
    ("S_IWRITE", libc::S_IWUSR as i64),
    ("S_IEXEC", libc::S_IXUSR as i64),
    ("S_ENFMT", libc::S_ISGID as i64),
    ("S_IFDOOR", 0),
    ("S_IFPORT", 0),
    ("S_IFWHT", 0),
    ("ST_MODE", 0),
    ("ST_INO", 1),
    ("ST_DEV", 2),
    ("ST_NLINK", 3),
    ("ST_UID", 4),
    ("ST_GID", 5),
    ("ST_SIZE", 6),
    ("ST_ATIME", 7),
    ("ST_MTIME", 8),
    ("ST_CTIME", 9),
    ("UF_SETTABLE", 0xffff),
    ("UF_NODUMP", 1),
    ("UF_IMMUTABLE", 2),
    ("UF_APPEND", 4),
    ("UF_OPAQUE", 8),
    ("UF_NOUNLINK", 16),
    ("UF_COMPRESSED", 32),
    ("UF_TRACKED", 64),
    ("UF_DATAVAULT", 128),
    ("UF_HIDDEN", 32_768),
    ("SF_SETTABLE", 0xffff_0000),
    ("SF_ARCHIVED", 0x1_0000),
    ("SF_IMMUTABLE", 0x2_0000),
    ("SF_APPEND", 0x4_0000),
    ("SF_NOUNLINK", 0x10_0000),
    ("SF_SNAPSHOT", 0x20_0000),
    ("SF_FIRMLINK", 0x80_0000),
    ("SF_DATALESS", 0x4000_0000),
];

pub static MODULE: NativeModule = NativeModule {
    name: "_stat",
    doc: "S_IFMT_: file type bits",
    functions: FUNCTIONS,
    fill: |py, own| {
        add(py, own, BITS)?;
        add(py, own, OTHERS)
    },
};

/// A test for a kind of file.
macro_rules! kind {
    ($name:literal, $doc:literal, $bits:expr) => {
        def($name, "($module, mode, /)", $doc, |py, a| {
            let bits: Option<u32> = $bits;
            Ok(bool_word(bits == Some(mode(py, a[0])? & libc::S_IFMT)))
        })
    };
}

static FUNCTIONS: &[NativeDef] = &[
    kind!("S_ISDIR", "Return True if mode is from a directory.", Some(libc::S_IFDIR)),
    kind!("S_ISCHR", "Return True if mode is from a character special device file.", Some(libc::S_IFCHR)),
    kind!("S_ISBLK", "Return True if mode is from a block special device file.", Some(libc::S_IFBLK)),
    kind!("S_ISREG", "Return True if mode is from a regular file.", Some(libc::S_IFREG)),
    kind!("S_ISFIFO", "Return True if mode is from a FIFO (named pipe).", Some(libc::S_IFIFO)),
    kind!("S_ISLNK", "Return True if mode is from a symbolic link.", Some(libc::S_IFLNK)),
    kind!("S_ISSOCK", "Return True if mode is from a socket.", Some(libc::S_IFSOCK)),
    kind!("S_ISDOOR", "Return True if mode is from a door.", None),
    kind!("S_ISPORT", "Return True if mode is from an event port.", None),
    kind!("S_ISWHT", "Return True if mode is from a whiteout.", None),
    def(
        "S_IMODE",
        "($module, mode, /)",
        "Return the portion of the file's mode that can be set by os.chmod().",
        |py, a| py.int(i64::from(mode(py, a[0])? & 0o7777)),
    ),
    def(
        "S_IFMT",
        "($module, mode, /)",
        "Return the portion of the file's mode that describes the file type.",
        |py, a| py.int(i64::from(mode(py, a[0])? & libc::S_IFMT)),
    ),
    def(
        "filemode",
        "($module, mode, /)",
        "Convert a file's mode to a string of the form '-rwxrwxrwx'",
        |py, a| py.str(&file_mode(mode(py, a[0])?)),
    ),
];

fn mode(py: Py, value: Word) -> Result<u32> {
    if !py.is_a(value, python_model::Ty::Int)
        && py.type_of(value).lookup(py, python_model::names::Name::Index).is_none()
    {
        return Err(py.type_error("an integer is required"));
    }
    let number = crate::arguments::unsigned(py, value)?;
    u32::try_from(number).map_err(|_| py.overflow_error("mode out of range"))
}

/// As `ls -l` shows it.
fn file_mode(mode: u32) -> String {
    let kind = match mode & libc::S_IFMT {
        libc::S_IFREG => '-',
        libc::S_IFDIR => 'd',
        libc::S_IFLNK => 'l',
        libc::S_IFCHR => 'c',
        libc::S_IFBLK => 'b',
        libc::S_IFIFO => 'p',
        libc::S_IFSOCK => 's',
        _ => '?',
    };
    let mut text = String::from(kind);
    for (shift, special, letters) in
        [(6, libc::S_ISUID, "sS"), (3, libc::S_ISGID, "sS"), (0, libc::S_ISVTX, "tT")]
    {
        let bits = mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        let is_executable = bits & 1 != 0;
        text.push(match mode & special != 0 {
            true => letters.chars().nth(usize::from(!is_executable)).unwrap_or('s'),
            false if is_executable => 'x',
            false => '-',
        });
    }
    text
}
