//! `FileIO`: a file descriptor as a raw stream.

use crate::base::{self, class_text};
use crate::object::{self, Class, os_error, unsupported};
use crate::system;
use python_model::names::Name;
use python_model::native::{NativeDef, def, getter, setter};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_modules_core::os_error::path_word;
use python_types::{buffer, text_codec};
use std::cell::Cell;
use std::ffi::CString;

/// See the module header.
pub struct FileIo {
    /// -1: closed, or not yet open.
    pub fd: Cell<i32>,
    is_readable: Cell<bool>,
    is_writable: Cell<bool>,
    is_created: Cell<bool>,
    is_appending: Cell<bool>,
    closes_fd: Cell<bool>,
    /// `None`: not asked yet.
    is_seekable: Cell<Option<bool>>,
    /// Size when it was opened; `None`: unknown, or changed since.
    size_at_open: Cell<Option<i64>>,
    is_character_device: Cell<bool>,
    pub block_bytes: Cell<i64>,
}

impl Default for FileIo {
    fn default() -> FileIo {
        FileIo {
            fd: Cell::new(-1),
            is_readable: Cell::default(),
            is_writable: Cell::default(),
            is_created: Cell::default(),
            is_appending: Cell::default(),
            closes_fd: Cell::new(true),
            is_seekable: Cell::default(),
            size_at_open: Cell::default(),
            is_character_device: Cell::default(),
            block_bytes: Cell::new(base::DEFAULT_BUFFER_BYTES),
        }
    }
}

/// Makes the class.
pub fn make(py: Py) -> Result {
    let class = object::make_class(
        py,
        Class::FileIo,
        Some(Class::RawIoBase),
        "FileIO",
        "Open a file.",
        Some(|py, class, _args| object::new(py, class, Class::FileIo, FileIo::default(), 0)),
        METHODS,
    )?;
    Ok(class.word())
}

fn file<'a>(py: Py<'a>, value: Word) -> Result<&'a FileIo> {
    object::state(py, value, "FileIO")
}

#[cold]
fn closed_error(py: Py) -> metatrace_machine::Raised {
    py.value_error("I/O operation on closed file")
}

/// An open file.
fn open_file<'a>(py: Py<'a>, value: Word) -> Result<&'a FileIo> {
    let own = file(py, value)?;
    if own.fd.get() < 0 { Err(closed_error(py)) } else { Ok(own) }
}

impl FileIo {
    /// Reads once, at most `most` bytes, to the end of a vector. `None`: it would block.
    /// Errors: closed; not open for reading; `OSError`.
    pub fn read_once(&self, py: Py, out: &mut Vec<u8>, most: usize) -> Result<Option<usize>> {
        if self.fd.get() < 0 {
            return Err(closed_error(py));
        }
        if !self.is_readable.get() {
            return Err(unsupported(py, "File not open for reading"));
        }
        match system::read_to_vec(py, self.fd.get(), out, most)? {
            Ok(count) => Ok(Some(count)),
            Err(libc::EAGAIN) => Ok(None),
            Err(number) => Err(os_error(py, number, UNSET)),
        }
    }

    /// Writes once. `None`: it would block. Errors: closed; not open for writing; `OSError`.
    pub fn write_once(&self, py: Py, bytes: &[u8]) -> Result<Option<usize>> {
        if self.fd.get() < 0 {
            return Err(closed_error(py));
        }
        if !self.is_writable.get() {
            return Err(unsupported(py, "File not open for writing"));
        }
        match system::write(py, self.fd.get(), bytes)? {
            Ok(count) => Ok(Some(count)),
            Err(libc::EAGAIN) => Ok(None),
            Err(number) => Err(os_error(py, number, UNSET)),
        }
    }

    /// How much to read at once to get all that is left.
    fn rest_hint(&self) -> usize {
        let Some(size) = self.size_at_open.get() else { return 0 };
        match system::seek(self.fd.get(), 0, libc::SEEK_CUR) {
            Ok(position) if position <= size => (size - position) as usize + 1,
            _ => 0,
        }
    }

    /// All that is left. `None`: it would block before the first byte.
    pub fn read_rest(&self, py: Py) -> Result<Option<Vec<u8>>> {
        if self.fd.get() < 0 {
            return Err(closed_error(py));
        }
        if !self.is_readable.get() {
            return Err(os_error(py, libc::EBADF, UNSET));
        }
        let mut all = Vec::new();
        let mut room = self.rest_hint().max(8192);
        if all.try_reserve(room).is_err() {
            return Err(py.out_of_memory());
        }
        loop {
            match self.read_once(py, &mut all, room)? {
                None if all.is_empty() => return Ok(None),
                None | Some(0) => return Ok(Some(all)),
                Some(count) => {
                    room =
                        (room - count).max(if count == room { all.len().min(1 << 20) } else { 1 }).max(8192)
                }
            }
        }
    }

    /// Whether the descriptor can seek.
    pub fn seekable(&self) -> bool {
        if let Some(known) = self.is_seekable.get() {
            return known;
        }
        let found = system::seek(self.fd.get(), 0, libc::SEEK_CUR).is_ok();
        self.is_seekable.set(Some(found));
        found
    }

    /// Seeks. Errors: closed; `OSError`.
    pub fn seek(&self, py: Py, offset: i64, whence: i32) -> Result<i64> {
        if self.fd.get() < 0 {
            return Err(closed_error(py));
        }
        match system::seek(self.fd.get(), offset, whence) {
            Ok(position) => {
                self.is_seekable.set(Some(true));
                Ok(position)
            }
            Err(number) => {
                if self.is_seekable.get().is_none() {
                    self.is_seekable.set(Some(false));
                }
                Err(os_error(py, number, UNSET))
            }
        }
    }

    pub fn is_terminal(&self) -> bool {
        // Only devices can be terminals: what is open as a plain file need not be asked.
        self.is_character_device.get() && system::is_terminal(self.fd.get())
    }

    fn mode(&self) -> &'static str {
        match (self.is_created.get(), self.is_appending.get(), self.is_readable.get(), self.is_writable.get())
        {
            (true, _, true, _) => "xb+",
            (true, ..) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, ..) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, _) => "rb",
            _ => "wb",
        }
    }
}

/// Modes as flags of `open`. Errors: `ValueError`.
fn set_mode(py: Py, own: &FileIo, mode: &str) -> Result<i32> {
    const WRONG: &str = "Must have exactly one of create/read/write/append mode and at most one plus";
    let (mut kind, mut has_plus, mut flags) = (None, false, 0);
    for letter in mode.chars() {
        match letter {
            'r' | 'w' | 'x' | 'a' => {
                if kind.replace(letter).is_some() {
                    return Err(py.value_error(WRONG));
                }
            }
            '+' => {
                if std::mem::replace(&mut has_plus, true) {
                    return Err(py.value_error(WRONG));
                }
            }
            'b' => {}
            _ => return Err(py.value_error(format!("invalid mode: {mode}"))),
        }
    }
    let Some(kind) = kind else { return Err(py.value_error(WRONG)) };
    own.is_readable.set(kind == 'r' || has_plus);
    own.is_writable.set(kind != 'r' || has_plus);
    own.is_created.set(kind == 'x');
    own.is_appending.set(kind == 'a');
    flags |= match kind {
        'w' => libc::O_CREAT | libc::O_TRUNC,
        'x' => libc::O_CREAT | libc::O_EXCL,
        'a' => libc::O_CREAT | libc::O_APPEND,
        _ => 0,
    };
    flags |= match (own.is_readable.get(), own.is_writable.get()) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    Ok(flags | libc::O_CLOEXEC)
}

/// The bytes of a path for the system. Errors: `ValueError` for null bytes.
fn path_bytes(py: Py, path: Word) -> Result<CString> {
    let path = path_word(py, path)?;
    let bytes = match (py.cast::<Bytes>(path), py.as_str(path)) {
        (Some(bytes), _) => bytes.items().to_vec(),
        (_, Some(text)) => text_codec::encode(py, text, None, Some("surrogateescape"))?,
        _ => unreachable!("a path is a string or bytes"),
    };
    CString::new(bytes).map_err(|_| py.value_error("embedded null byte"))
}

fn init(py: Py, a: &[Word]) -> Result {
    let own = file(py, a[0])?;
    if own.fd.get() >= 0 {
        if own.closes_fd.get() {
            close_fd(py, own)?;
        } else {
            own.fd.set(-1);
        }
    }
    let mode = match a[2] {
        UNSET => "r".to_owned(),
        mode => match py.as_str(mode) {
            Some(mode) => mode.to_text(),
            None => {
                return Err(py.type_error(format!(
                    "FileIO() argument 'mode' must be str, not {}",
                    py.argument_type(mode)
                )));
            }
        },
    };
    let closes_fd = object::flag_or(py, a[3], true)?;
    let opener = if a[4] == UNSET { NONE } else { a[4] };
    if py.is_a(a[1], Ty::Bool) {
        py.warn(Ty::RuntimeWarning, "bool is used as a file descriptor", 1)?;
    }
    let given_fd = match V::of(py.base(a[1])) {
        V::Int(fd) => match i32::try_from(fd) {
            Ok(fd) if fd >= 0 => Some(fd),
            Ok(_) => return Err(py.value_error("negative file descriptor")),
            Err(_) => return Err(py.overflow_error("Python int too large to convert to C int")),
        },
        V::Bool(fd) => Some(i32::from(fd)),
        V::Big(_) => return Err(py.overflow_error("Python int too large to convert to C int")),
        _ => None,
    };
    let path = if given_fd.is_none() { Some(path_bytes(py, a[1])?) } else { None };
    let flags = set_mode(py, own, &mode)?;
    own.is_seekable.set(None);
    own.size_at_open.set(None);
    own.closes_fd.set(closes_fd);
    let mut is_own_fd = false;
    match (given_fd, &path) {
        (Some(fd), _) => own.fd.set(fd),
        (None, Some(path)) => {
            if !closes_fd {
                return Err(py.value_error("Cannot use closefd=False with file name"));
            }
            py.audit("open", |py| py.new_tuple(&[a[1], py.str(&mode)?, py.int(flags.into())?]))?;
            is_own_fd = true;
            if opener == NONE {
                match system::open(py, path, flags)? {
                    Ok(fd) => own.fd.set(fd),
                    Err(number) => return Err(os_error(py, number, a[1])),
                }
            } else {
                own.fd.set(opened_by(py, opener, a[1], flags)?);
            }
        }
        (None, None) => unreachable!("what is no descriptor is a path"),
    }
    let opened = (|| {
        match system::status(own.fd.get()) {
            Ok(status) => {
                if status.is_directory {
                    return Err(os_error(py, libc::EISDIR, a[1]));
                }
                own.is_character_device.set(status.is_character_device);
                own.size_at_open.set(Some(status.size));
                own.block_bytes.set(if status.block_bytes > 1 {
                    status.block_bytes
                } else {
                    base::DEFAULT_BUFFER_BYTES
                });
            }
            // Any other error is no reason not to go on.
            Err(libc::EBADF) => return Err(os_error(py, libc::EBADF, UNSET)),
            Err(_) => own.is_character_device.set(true),
        }
        py.set_attr(a[0], Name::Name_, a[1])?;
        if own.is_appending.get()
            && let Err(number) = system::seek(own.fd.get(), 0, libc::SEEK_END)
            && is_own_fd
        {
            own.is_seekable.set(Some(false));
            return Err(os_error(py, number, UNSET));
        }
        Ok(NONE)
    })();
    if opened.is_err() {
        if is_own_fd {
            // The exception is about opening; closing again may fail silently.
            let _ = system::close(own.fd.get());
        }
        own.fd.set(-1);
    }
    opened
}

/// The descriptor that an opener gives.
fn opened_by(py: Py, opener: Word, path: Word, flags: i32) -> Result<i32> {
    let flags = py.int(i64::from(flags))?;
    let fd = py.call(opener, &[path, flags])?;
    let fd = match V::of(py.base(fd)) {
        V::Int(fd) => fd,
        V::Bool(fd) => i64::from(fd),
        _ => return Err(py.type_error("expected integer from opener")),
    };
    let Ok(fd) = i32::try_from(fd) else {
        return Err(py.overflow_error("Python int too large to convert to C int"));
    };
    if fd < 0 {
        return Err(py.value_error(format!("opener returned {fd}")));
    }
    match system::set_close_on_exec(fd) {
        Ok(()) => Ok(fd),
        Err(number) => Err(os_error(py, number, UNSET)),
    }
}

fn close_fd(py: Py, own: &FileIo) -> Result<()> {
    match system::close(own.fd.replace(-1)) {
        Ok(()) => Ok(()),
        Err(number) => Err(os_error(py, number, UNSET)),
    }
}

static METHODS: &[NativeDef] = &[
    def("__init__", "($self, /, file, mode='r', closefd=True, opener=None)", "", init),
    def("close", "($self, /)", "Close the file.", close),
    def("read", "($self, size=-1, /)", "Read at most size bytes, returned as bytes.", |py, a| {
        let own = open_file(py, a[0])?;
        if !own.is_readable.get() {
            return Err(unsupported(py, "File not open for reading"));
        }
        let size = object::size(py, a[1])?;
        if size < 0 {
            return read_all(py, a);
        }
        let mut bytes = Vec::new();
        let most = (size as usize).min(0x7fff_f000);
        if bytes.try_reserve_exact(most).is_err() {
            return Err(py.out_of_memory());
        }
        match own.read_once(py, &mut bytes, most)? {
            None => Ok(NONE),
            Some(_) => py.new_bytes(&bytes),
        }
    }),
    def("readall", "($self, /)", "Read all data from the file, returned as bytes.", read_all),
    def("readinto", "($self, buffer, /)", "Same as RawIOBase.readinto().", |py, a| {
        let own = open_file(py, a[0])?;
        if !own.is_readable.get() {
            return Err(unsupported(py, "File not open for reading"));
        }
        let target = object::writable(py, a[1], "readinto() argument 1")?;
        let mut bytes = Vec::new();
        match own.read_once(py, &mut bytes, target.len())? {
            None => Ok(NONE),
            Some(count) => {
                target.write(0, &bytes);
                py.int(count as i64)
            }
        }
    }),
    def("write", "($self, b, /)", "Write buffer b to file, return number of bytes written.", |py, a| {
        let own = open_file(py, a[0])?;
        if !own.is_writable.get() {
            return Err(unsupported(py, "File not open for writing"));
        }
        let bytes = buffer::get(py, a[1])?;
        own.size_at_open.set(None);
        match own.write_once(py, &bytes)? {
            None => Ok(NONE),
            Some(count) => py.int(count as i64),
        }
    }),
    def("seek", "($self, pos, whence=0, /)", "Move to new file position and return it.", |py, a| {
        let own = open_file(py, a[0])?;
        let whence = object::integer_or(py, a[2], 0)?;
        let offset = offset(py, a[1])?;
        py.int(own.seek(py, offset, whence as i32)?)
    }),
    def("tell", "($self, /)", "Current file position.", |py, a| {
        py.int(open_file(py, a[0])?.seek(py, 0, libc::SEEK_CUR)?)
    }),
    def("truncate", "($self, size=None, /)", "Truncate the file to at most size bytes.", |py, a| {
        let own = open_file(py, a[0])?;
        if !own.is_writable.get() {
            return Err(unsupported(py, "File not open for writing"));
        }
        let size = match a[1] {
            UNSET | NONE => own.seek(py, 0, libc::SEEK_CUR)?,
            size => offset(py, size)?,
        };
        own.size_at_open.set(None);
        match system::truncate(py, own.fd.get(), size)? {
            Ok(()) => py.int(size),
            Err(number) => Err(os_error(py, number, UNSET)),
        }
    }),
    def("seekable", "($self, /)", "True if file supports random-access.", |py, a| {
        Ok(bool_word(open_file(py, a[0])?.seekable()))
    }),
    def("readable", "($self, /)", "True if file was opened in a read mode.", |py, a| {
        Ok(bool_word(open_file(py, a[0])?.is_readable.get()))
    }),
    def("writable", "($self, /)", "True if file was opened in a write mode.", |py, a| {
        Ok(bool_word(open_file(py, a[0])?.is_writable.get()))
    }),
    def("fileno", "($self, /)", "Return the underlying file descriptor (an integer).", |py, a| {
        py.int(i64::from(open_file(py, a[0])?.fd.get()))
    }),
    def("isatty", "($self, /)", "True if the file is connected to a TTY device.", |py, a| {
        Ok(bool_word(system::is_terminal(open_file(py, a[0])?.fd.get())))
    }),
    def("_isatty_open_only", "($self, /)", "isatty(), asked only of devices.", |py, a| {
        Ok(bool_word(open_file(py, a[0])?.is_terminal()))
    }),
    def("_dealloc_warn", "($self, source, /)", "", |py, a| {
        let own = file(py, a[0])?;
        if own.fd.get() >= 0 && own.closes_fd.get() {
            warn_resource(py, a[1]);
        }
        Ok(NONE)
    }),
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("__getstate__", "($self, /)", "", object::cannot_pickle),
    getter("closed", "True if the file is closed", |py, a| Ok(bool_word(file(py, a[0])?.fd.get() < 0))),
    getter("closefd", "True if the file descriptor will be closed by close().", |py, a| {
        Ok(bool_word(file(py, a[0])?.closes_fd.get()))
    }),
    getter("mode", "String giving the file mode", |py, a| py.str(file(py, a[0])?.mode())),
    getter("_blksize", "", |py, a| py.int(file(py, a[0])?.block_bytes.get())),
    setter("_blksize", |py, a| {
        file(py, a[0])?.block_bytes.set(py.index(a[1])?);
        Ok(NONE)
    }),
];

/// An offset in a file. Errors: `TypeError` for floats, `OverflowError`.
pub fn offset(py: Py, value: Word) -> Result<i64> {
    match V::of(py.to_index(value)?) {
        V::Int(offset) => Ok(offset),
        _ => Err(py.overflow_error("Python int too large to convert to C long")),
    }
}

fn read_all(py: Py, a: &[Word]) -> Result {
    match open_file(py, a[0])?.read_rest(py)? {
        None => Ok(NONE),
        Some(bytes) => py.new_bytes(&bytes),
    }
}

fn close(py: Py, a: &[Word]) -> Result {
    let own = file(py, a[0])?;
    let base = object::class(py, Class::RawIoBase);
    let close_base = || -> Result<()> {
        let method = base.lookup(py, Name::Close).expect("_IOBase has it");
        py.call(method, &[a[0]]).map(|_| ())
    };
    if !own.closes_fd.get() {
        own.fd.set(-1);
        return close_base().map(|()| NONE);
    }
    if own.fd.get() >= 0 && base::is_finalizing(py, a[0]) {
        warn_resource(py, a[0]);
    }
    object::in_any_case(py, close_base, || if own.fd.get() >= 0 { close_fd(py, own) } else { Ok(()) })?;
    Ok(NONE)
}

fn repr(py: Py, a: &[Word]) -> Result {
    let own = file(py, a[0])?;
    let class = class_text(py, a[0]);
    if own.fd.get() < 0 {
        return py.str(&format!("<{class} [closed]>"));
    }
    let closes = if own.closes_fd.get() { "True" } else { "False" };
    let name = match py.get_attr_opt(a[0], Name::Name_)? {
        None => format!("fd={}", own.fd.get()),
        Some(_) => base::name_part(py, a[0])?.trim_start().to_owned(),
    };
    py.str(&format!("<{class} {name} mode='{}' closefd={closes}>", own.mode()))
}

/// `ResourceWarning` about a file that was not closed. Nothing is raised: who should hear it is gone. Without the module of warnings
/// nobody can have asked for it, as it is ignored by default.
fn warn_resource(py: Py, source: Word) {
    let warned = (|| -> Result<()> {
        let Some(warnings) = py.imported("warnings")? else { return Ok(()) };
        let message = py.str(&format!("unclosed file {}", py.repr_text(source)?))?;
        let one = py.int(1)?;
        object::call(py, warnings, "warn", &[message, py.ty(Ty::ResourceWarning).word(), one, source])?;
        Ok(())
    })();
    if warned.is_err() {
        let exception = py.take_raised();
        python_model::unraisable::report(py, exception, source, "Exception ignored while finalizing file");
    }
}
