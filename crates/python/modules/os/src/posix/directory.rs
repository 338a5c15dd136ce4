//! What is in a directory: `listdir`, `scandir`, and the entries that it yields.

use crate::arguments;
use crate::calls::{OrRaise, call, value};
use crate::paths::{self, Allows, FilePath};
use python_model::class::{NativeClass, native_type};
use python_model::foreign;
use python_model::native::{NativeDef, class_method, def, getter};
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString};
use std::io;

pub const FUNCTIONS: &[NativeDef] = &[
    def(
        "listdir",
        "($module, /, path=None)",
        "Return a list containing the names of the files in the directory.",
        |py, a| {
            let path = paths::file_path(py, a[0], "listdir", "path", Allows::DescriptorOrNone)?;
            let directory = Directory::open(py, &path)?;
            let list = py.new_list(16)?;
            while let Some(entry) = directory.next().or_raise_for(py, path.shown)? {
                list_push(py, list, paths::name_word(py, entry.name.as_bytes(), path.is_bytes)?)?;
            }
            Ok(word(list))
        },
    ),
    def(
        "scandir",
        "($module, /, path=None)",
        "Return an iterator of DirEntry objects for given path.",
        |py, a| {
            let path = paths::file_path(py, a[0], "scandir", "path", Allows::DescriptorOrNone)?;
            let directory = Directory::open(py, &path)?;
            let classes = classes(py);
            let scan = Scan {
                directory: RefCell::new(Some(directory)),
                prefix: prefix(&path),
                descriptor: path.descriptor,
                is_bytes: path.is_bytes,
            };
            // The path is kept as a word of the object, for messages.
            let made = foreign::new(py, classes.0, scan)?;
            made.words.set(py.mutator(), made, if path.shown == UNSET { NONE } else { path.shown });
            Ok(word(made))
        },
    ),
];

/// What is put in front of the names of a directory.
fn prefix(path: &FilePath) -> Vec<u8> {
    let mut prefix = path.name.as_bytes().to_vec();
    if path.descriptor.is_some() {
        prefix.clear();
    } else if !prefix.ends_with(b"/") {
        prefix.push(b'/');
    }
    prefix
}

/// An open stream of directory entries.
struct Directory {
    stream: *mut libc::DIR,
    /// Of the caller: its position is to be as it was.
    is_borrowed: bool,
}

struct Found {
    name: CString,
    inode: u64,
    kind: u8,
}

impl Directory {
    fn open(py: Py, path: &FilePath) -> Result<Directory> {
        let descriptor = match path.descriptor {
            // A copy, because closing the stream closes its descriptor.
            Some(descriptor) => call!(py, libc::fcntl(descriptor, libc::F_DUPFD_CLOEXEC, 0)),
            None => {
                let flags = libc::O_RDONLY | libc::O_DIRECTORY | libc::O_CLOEXEC;
                call!(py, libc::open(path.as_ptr(), flags))
            }
        }
        .or_raise_for(py, path.shown)?;
        let stream = value!(libc::fdopendir(descriptor));
        if stream.is_null() {
            let error = io::Error::last_os_error();
            value!(libc::close(descriptor));
            return Err(error).or_raise_for(py, path.shown);
        }
        Ok(Directory { stream, is_borrowed: path.descriptor.is_some() })
    }

    /// The next entry that is not the directory itself or its parent.
    fn next(&self) -> io::Result<Option<Found>> {
        loop {
            // SAFETY: the stream is open as long as `self`; the location of errno is this thread's.
            let entry = unsafe {
                *libc::__errno_location() = 0;
                libc::readdir(self.stream)
            };
            if entry.is_null() {
                let error = io::Error::last_os_error();
                return if error.raw_os_error() == Some(0) { Ok(None) } else { Err(error) };
            }
            // SAFETY: valid until the next call on this stream; its name is a C string.
            let (name, inode, kind) =
                unsafe { (CStr::from_ptr((*entry).d_name.as_ptr()), (*entry).d_ino, (*entry).d_type) };
            if name != c"." && name != c".." {
                return Ok(Some(Found { name: name.to_owned(), inode, kind }));
            }
        }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // SAFETY: opened by `open`, closed here only.
        unsafe {
            if self.is_borrowed {
                libc::rewinddir(self.stream);
            }
            libc::closedir(self.stream);
        }
    }
}

/// What `scandir` returns.
struct Scan {
    /// `None` after the last entry, or when closed.
    directory: RefCell<Option<Directory>>,
    prefix: Vec<u8>,
    descriptor: Option<i32>,
    is_bytes: bool,
}

/// What it yields. The words of the object are the name, the path and the results of `stat` (UNSET until asked).
struct Entry {
    name: CString,
    /// The path for system calls.
    path: CString,
    directory: Option<i32>,
    inode: u64,
    kind: u8,
}

/// Places in the list of words of an entry.
const NAME: usize = 0;
const PATH: usize = 1;
const STATUS: usize = 2;
const OWN_STATUS: usize = 3;

#[derive(Default)]
struct Classes {
    scan: Cell<Option<TypeRef>>,
    entry: Cell<Option<TypeRef>>,
}

fn classes(py: Py) -> (TypeRef, TypeRef) {
    let classes = py.vm().state::<Classes>();
    let made = "set when the module was made";
    (classes.scan.get().expect(made), classes.entry.get().expect(made))
}

/// Makes the types; that of entries is returned. Called when the module is made.
pub fn define(py: Py) -> Result<TypeRef> {
    let class = |name, methods| NativeClass {
        module: "posix",
        name,
        doc: "",
        base: None,
        flags: flags::FINAL | flags::NO_CONSTRUCTOR,
        constructor: None,
        methods,
    };
    let classes = py.vm().state::<Classes>();
    classes.scan.set(Some(native_type(py, &class("ScandirIterator", SCAN))?));
    let entry = native_type(py, &class("DirEntry", ENTRY))?;
    classes.entry.set(Some(entry));
    Ok(entry)
}

static SCAN: &[NativeDef] = &[
    def("__iter__", "($self, /)", "Implement iter(self).", |_, a| Ok(a[0])),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| match next(py, a[0])? {
        Some(entry) => Ok(entry),
        None => Err(py.stop_iteration(NONE)),
    }),
    def("__enter__", "($self, /)", "Enter a context that closes the iterator at its end.", |_, a| Ok(a[0])),
    def("__exit__", "($self, /, *exc_info)", "Close the iterator.", |py, a| close(py, a[0])),
    def("close", "($self, /)", "Close the iterator.", |py, a| close(py, a[0])),
    def("__del__", "($self, /)", "Warns if the iterator was not closed.", |py, a| {
        let scan: &Scan = foreign::expect(py, a[0], "a scandir iterator")?;
        if scan.directory.take().is_some() {
            let text = format!("unclosed scandir iterator {}", py.repr_text(a[0])?);
            crate::warning::resource(py, &text, a[0])?;
        }
        Ok(NONE)
    }),
];

fn close(py: Py, own: Word) -> Result {
    let scan: &Scan = foreign::expect(py, own, "a scandir iterator")?;
    scan.directory.take();
    Ok(NONE)
}

fn next(py: Py, own: Word) -> Result<Option<Word>> {
    let scan: &Scan = foreign::expect(py, own, "a scandir iterator")?;
    let found = match &*scan.directory.borrow() {
        None => return Ok(None),
        Some(directory) => directory.next(),
    };
    let words = foreign::object_of(own).map_or(NONE, |object| object.words.get());
    let shown = if words == NONE { UNSET } else { words };
    let Some(found) = found.or_raise_for(py, shown)? else {
        scan.directory.take();
        return Ok(None);
    };
    let mut whole = scan.prefix.clone();
    whole.extend_from_slice(found.name.as_bytes());
    let is_bytes = scan.is_bytes;
    let name = paths::name_word(py, found.name.as_bytes(), is_bytes)?;
    let path = match scan.descriptor {
        Some(_) => name,
        None => paths::name_word(py, &whole, is_bytes)?,
    };
    let entry = Entry {
        path: CString::new(whole).expect("made of C strings"),
        name: found.name,
        directory: scan.descriptor,
        inode: found.inode,
        kind: found.kind,
    };
    let made = foreign::new(py, classes(py).1, entry)?;
    let words = py.list_of(&[name, path, UNSET, UNSET])?;
    made.words.set(py.mutator(), made, word(words));
    Ok(Some(word(made)))
}

static ENTRY: &[NativeDef] = &[
    getter("name", "the entry's base filename, relative to scandir() \"path\" argument", |py, a| {
        kept(py, a[0], NAME)
    }),
    getter(
        "path",
        "the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)",
        |py, a| kept(py, a[0], PATH),
    ),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let name = kept(py, a[0], NAME)?;
        py.str(&format!("<DirEntry {}>", py.repr_text(name)?))
    }),
    def("__fspath__", "($self, /)", "Returns the path for the entry.", |py, a| kept(py, a[0], PATH)),
    def("inode", "($self, /)", "Return inode of the entry; cached per entry.", |py, a| {
        py.uint(entry(py, a[0])?.inode)
    }),
    def(
        "is_dir",
        "($self, /, *, follow_symlinks=True)",
        "Return True if the entry is a directory; cached per entry.",
        |py, a| is_kind(py, a, libc::DT_DIR, libc::S_IFDIR),
    ),
    def(
        "is_file",
        "($self, /, *, follow_symlinks=True)",
        "Return True if the entry is a file; cached per entry.",
        |py, a| is_kind(py, a, libc::DT_REG, libc::S_IFREG),
    ),
    def(
        "is_symlink",
        "($self, /)",
        "Return True if the entry is a symbolic link; cached per entry.",
        |py, a| match entry(py, a[0])?.kind {
            libc::DT_UNKNOWN => is_kind(py, &[a[0], FALSE], libc::DT_LNK, libc::S_IFLNK),
            kind => Ok(bool_word(kind == libc::DT_LNK)),
        },
    ),
    def("is_junction", "($self, /)", "Return True if the entry is a junction; cached per entry.", |_, _| {
        Ok(FALSE)
    }),
    def(
        "stat",
        "($self, /, *, follow_symlinks=True)",
        "Return stat_result object for the entry; cached per entry.",
        |py, a| status(py, a[0], arguments::boolean(py, a[1], true)?),
    ),
    class_method(
        "__class_getitem__",
        "($type, object, /)",
        "DirEntry is generic over str and bytes.",
        |py, a| python_model::generic::alias(py, a[0], a[1]),
    ),
];

fn entry(py: Py<'_>, own: Word) -> Result<&Entry> {
    foreign::expect(py, own, "a DirEntry")
}

fn words(py: Py, own: Word) -> Result<heap::Gc<python_model::objects::List>> {
    entry(py, own)?;
    let words = foreign::object_of(own).and_then(|object| as_object(object.words.get()));
    Ok(words.expect("an entry has its words"))
}

fn kept(py: Py, own: Word, place: usize) -> Result {
    Ok(words(py, own)?.item(place))
}

/// The status; that of what a link points to is asked for once, and so is that of the entry itself.
fn status(py: Py, own: Word, follows: bool) -> Result {
    let entry = entry(py, own)?;
    let words = words(py, own)?;
    let is_link = entry.kind == libc::DT_LNK || entry.kind == libc::DT_UNKNOWN;
    let place = if follows && is_link { STATUS } else { OWN_STATUS };
    if words.item(place) != UNSET {
        return Ok(words.item(place));
    }
    let name = if entry.directory.is_some() { &entry.name } else { &entry.path };
    let path = FilePath { shown: words.item(PATH), name: name.clone(), descriptor: None, is_bytes: false };
    let directory = entry.directory.unwrap_or(libc::AT_FDCWD);
    let status = super::stat::of_path(py, &path, directory, place == STATUS)?;
    let result = super::stat::result(py, &status.or_raise_for(py, path.shown)?)?;
    let storage = words.storage();
    storage.items()[place].set(py.mutator(), storage, result);
    Ok(result)
}

fn is_kind(py: Py, a: &[Word], kind: u8, mode: libc::mode_t) -> Result {
    let own = entry(py, a[0])?;
    let follows = arguments::boolean(py, a[1], true)?;
    let is_unknown = own.kind == libc::DT_UNKNOWN || own.kind == libc::DT_LNK && follows;
    if !is_unknown {
        return Ok(bool_word(own.kind == kind));
    }
    let status = match py.unless(status(py, a[0], follows), Ty::FileNotFoundError)? {
        Some(status) => status,
        None => return Ok(FALSE),
    };
    let found = py.get_attr(status, py.intern("st_mode")?)?;
    Ok(bool_word(py.index(found)? as libc::mode_t & libc::S_IFMT == mode))
}
