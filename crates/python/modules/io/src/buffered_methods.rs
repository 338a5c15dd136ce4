//! The classes `BufferedReader`, `BufferedWriter` and `BufferedRandom`: arguments, checks and results around [`crate::buffered`].

use crate::base::{self, class_text};
use crate::buffered::{Buffered, WORD_COUNT, initialize, receiver};
use crate::object::{self, Class, call, is_closed, unsupported};
use python_model::names::Name;
use python_model::native::{Constructor, NativeDef, def, getter};
use python_model::py::{Py, Result};
use python_model::value::*;
use python_types::buffer;

fn made(py: Py, class: python_model::types::TypeRef, native: Class, reads: bool, writes: bool) -> Result {
    object::new(py, class, native, Buffered::new(reads, writes), WORD_COUNT)
}

/// Makes the three classes.
pub fn make(py: Py) -> Result<[Word; 3]> {
    let make = |which, name, doc, constructor: Constructor, own: &'static [NativeDef]| -> Result {
        let base = Some(Class::BufferedIoBase);
        let class = object::make_class(py, which, base, name, doc, Some(constructor), own)?;
        python_model::class::add_native(py, class, COMMON)?;
        Ok(class.word())
    };
    let reader = make(
        Class::BufferedReader,
        "BufferedReader",
        "Create a new buffered reader using the given readable raw IO object.",
        |py, class, _| made(py, class, Class::BufferedReader, true, false),
        READER,
    )?;
    let writer = make(
        Class::BufferedWriter,
        "BufferedWriter",
        "A buffer for a writeable sequential RawIO object.",
        |py, class, _| made(py, class, Class::BufferedWriter, false, true),
        WRITER,
    )?;
    let random = make(
        Class::BufferedRandom,
        "BufferedRandom",
        "A buffered interface to random access streams.",
        |py, class, _| made(py, class, Class::BufferedRandom, true, true),
        RANDOM,
    )?;
    let class = object::class(py, Class::BufferedRandom);
    python_model::class::add_native(py, class, READING)?;
    python_model::class::add_native(py, class, WRITING)?;
    python_model::class::add_native(py, object::class(py, Class::BufferedReader), READING)?;
    python_model::class::add_native(py, object::class(py, Class::BufferedWriter), WRITING)?;
    Ok([reader, writer, random])
}

static READER: &[NativeDef] = &[
    def("__init__", "($self, /, raw, buffer_size=DEFAULT_BUFFER_SIZE)", "", |py, a| {
        init(py, a, &["readable"])
    }),
    def("flush", "($self, /)", "", |py, a| call(py, receiver(py, a[0])?.raw(), "flush", &[])),
];
static WRITER: &[NativeDef] = &[
    def("__init__", "($self, /, raw, buffer_size=DEFAULT_BUFFER_SIZE)", "", |py, a| {
        init(py, a, &["writable"])
    }),
    def("flush", "($self, /)", "", flush),
];
static RANDOM: &[NativeDef] = &[
    def("__init__", "($self, /, raw, buffer_size=DEFAULT_BUFFER_SIZE)", "", |py, a| {
        init(py, a, &["seekable", "readable", "writable"])
    }),
    def("flush", "($self, /)", "", flush),
];

/// Checks what the raw stream must be able to do, and initialises.
fn init(py: Py, a: &[Word], abilities: &[&str]) -> Result {
    for ability in abilities {
        check_able(py, a[1], ability)?;
    }
    let size = match a[2] {
        UNSET => base::DEFAULT_BUFFER_BYTES,
        size => object::index_sized(py, size)?,
    };
    initialize(py, a[0], a[1], size)?;
    Ok(NONE)
}

/// Errors: `UnsupportedOperation` unless a stream says that it is `readable`, `writable` or `seekable`.
pub fn check_able(py: Py, stream: Word, ability: &str) -> Result<()> {
    match call(py, stream, ability, &[])? {
        TRUE => Ok(()),
        _ => Err(unsupported(py, &format!("File or stream is not {ability}."))),
    }
}

fn flush(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    own.check_open("flush of closed file")?;
    let _busy = own.enter()?;
    own.flush_and_rewind()?;
    Ok(NONE)
}

static COMMON: &[NativeDef] = &[
    def(
        "detach",
        "($self, /)",
        "Disconnect this buffer from its underlying raw stream and return it.",
        |py, a| receiver(py, a[0])?.detach(),
    ),
    def("seekable", "($self, /)", "", |py, a| call(py, receiver(py, a[0])?.raw(), "seekable", &[])),
    def("fileno", "($self, /)", "", |py, a| call(py, receiver(py, a[0])?.raw(), "fileno", &[])),
    def("isatty", "($self, /)", "", |py, a| call(py, receiver(py, a[0])?.raw(), "isatty", &[])),
    def("_dealloc_warn", "($self, source, /)", "", |py, a| {
        if let Ok(own) = receiver(py, a[0]) {
            base::warn_unclosed(py, own.raw(), a[1]);
        } else {
            py.take_raised();
        }
        Ok(NONE)
    }),
    def("close", "($self, /)", "", |py, a| receiver(py, a[0])?.close().map(|()| NONE)),
    def("seek", "($self, target, whence=0, /)", "", |py, a| {
        let own = receiver(py, a[0])?;
        let whence = object::integer_or(py, a[2], 0)?;
        if !(0..=4).contains(&whence) {
            return Err(py.value_error(format!("whence value {whence} unsupported")));
        }
        own.check_open("seek of closed file")?;
        check_able(py, own.raw(), "seekable")?;
        let target = match V::of(py.to_index(a[1])?) {
            V::Int(target) => target,
            _ => return Err(py.value_error("cannot fit 'int' into an offset-sized integer")),
        };
        py.int(own.seek(target, whence)?)
    }),
    def("tell", "($self, /)", "", |py, a| py.int(receiver(py, a[0])?.tell()?)),
    def("truncate", "($self, pos=None, /)", "", |py, a| {
        let own = receiver(py, a[0])?;
        own.check_open("truncate of closed file")?;
        if !own.state.is_writable {
            return Err(unsupported(py, "truncate"));
        }
        let _busy = own.enter()?;
        own.flush_and_rewind()?;
        let size = if a[1] == UNSET { NONE } else { a[1] };
        call(py, own.raw(), "truncate", &[size])
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let name = base::name_part(py, a[0])?;
        py.str(&format!("<{}{name}>", class_text(py, a[0])))
    }),
    def("__sizeof__", "($self, /)", "Size of object in memory, in bytes.", |py, a| {
        let state: &Buffered = object::state(py, a[0], "_Buffered")?;
        py.int((std::mem::size_of::<Buffered>() + state.size.get()) as i64)
    }),
    def("__getstate__", "($self, /)", "", object::cannot_pickle),
    getter("closed", "", |py, a| {
        let own = receiver(py, a[0])?;
        Ok(bool_word(is_closed(py, own.raw())?))
    }),
    getter("name", "", |py, a| py.get_attr(receiver(py, a[0])?.raw(), Name::Name_)),
    getter("mode", "", |py, a| base::passed_on(py, receiver(py, a[0])?.raw(), "mode")),
    getter("raw", "", |py, a| Ok(receiver(py, a[0])?.raw())),
];

static READING: &[NativeDef] = &[
    def("readable", "($self, /)", "", |py, a| call(py, receiver(py, a[0])?.raw(), "readable", &[])),
    def("read", "($self, size=-1, /)", "", |py, a| {
        let own = receiver(py, a[0])?;
        let size = object::size(py, a[1])?;
        if size < -1 {
            return Err(py.value_error("read length must be non-negative or -1"));
        }
        own.check_open("read of closed file")?;
        let _busy = own.enter()?;
        let bytes = if size == -1 { own.read_all()? } else { own.read(size as usize)? };
        match bytes {
            Some(bytes) => py.new_bytes(&bytes),
            None => Ok(NONE),
        }
    }),
    def("peek", "($self, size=0, /)", "", |py, a| {
        let own = receiver(py, a[0])?;
        object::integer_or(py, a[1], 0)?;
        own.check_open("peek of closed file")?;
        let _busy = own.enter()?;
        own.look_ahead()?;
        let bytes = own.with_ahead(|ahead| ahead.to_vec());
        py.new_bytes(&bytes)
    }),
    def("read1", "($self, size=-1, /)", "", |py, a| {
        let own = receiver(py, a[0])?;
        let size = object::integer_or(py, a[1], -1)?;
        let size = if size < 0 { own.state.size.get() } else { size as usize };
        own.check_open("read of closed file")?;
        if size == 0 {
            return py.new_bytes(b"");
        }
        let _busy = own.enter()?;
        let bytes = own.read_some(size)?;
        py.new_bytes(&bytes)
    }),
    def("readinto", "($self, buffer, /)", "", |py, a| read_into(py, a, false)),
    def("readinto1", "($self, buffer, /)", "", |py, a| read_into(py, a, true)),
    def("readline", "($self, size=-1, /)", "", |py, a| {
        let size = object::size(py, a[1])?;
        let limit = (size >= 0).then_some(size as usize);
        line(py, a[0], limit)
    }),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        let next = if crate::buffered::exact(py, a[0]).is_some() {
            line(py, a[0], None)?
        } else {
            let next = call(py, a[0], "readline", &[])?;
            if py.cast::<python_model::objects::Bytes>(next).is_none() {
                return Err(object::plain_os_error(
                    py,
                    format!("readline() should have returned a bytes object, not '{}'", py.type_name(next)),
                ));
            }
            next
        };
        if py.len(next)? == 0 { Err(py.stop_iteration(NONE)) } else { Ok(next) }
    }),
];

fn line(py: Py, value: Word, limit: Option<usize>) -> Result {
    let own = receiver(py, value)?;
    own.check_open("readline of closed file")?;
    let _busy = own.enter()?;
    let mut line = Vec::new();
    own.read_line(limit, &mut line)?;
    py.new_bytes(&line)
}

fn read_into(py: Py, a: &[Word], once: bool) -> Result {
    let own = receiver(py, a[0])?;
    let method = if once { "readinto1() argument" } else { "readinto() argument" };
    let target = object::writable(py, a[1], method)?;
    own.check_open("readinto of closed file")?;
    let _busy = own.enter()?;
    match own.read_up_to(target.len(), once)? {
        None => Ok(NONE),
        Some(bytes) => {
            target.write(0, &bytes);
            py.int(bytes.len() as i64)
        }
    }
}

static WRITING: &[NativeDef] = &[
    def("writable", "($self, /)", "", |py, a| call(py, receiver(py, a[0])?.raw(), "writable", &[])),
    def("write", "($self, buffer, /)", "", |py, a| {
        let own = receiver(py, a[0])?;
        let bytes = buffer::get(py, a[1])?;
        own.check_open("write to closed file")?;
        let _busy = own.enter()?;
        py.int(own.write(&bytes)? as i64)
    }),
];
