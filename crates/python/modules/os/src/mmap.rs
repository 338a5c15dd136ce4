//! `mmap`: files as memory, which views show without copies ([`python_model::outside`]).

use crate::arguments;
use crate::calls::{OrRaise, call, value, zeroed};
use crate::constants::{add, numbers, set};
use python_model::class::{NativeClass, native_type};
use python_model::modules::NativeModule;
use python_model::native::{Args, NativeDef, bind, def, getter, given};
use python_model::objects::Slice;
use python_model::outside::{self, Outside};
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_model::{foreign, signature};
use python_types::buffer;
use std::cell::Cell;
use std::rc::Rc;

const CONSTANTS: &[(&str, i64)] = numbers! {
    MADV_DODUMP MADV_DOFORK MADV_DONTDUMP MADV_DONTFORK MADV_DONTNEED MADV_FREE MADV_HUGEPAGE MADV_HWPOISON MADV_MERGEABLE
    MADV_NOHUGEPAGE MADV_NORMAL MADV_RANDOM MADV_REMOVE MADV_SEQUENTIAL MADV_UNMERGEABLE MADV_WILLNEED MAP_ANON MAP_ANONYMOUS
    MAP_DENYWRITE MAP_EXECUTABLE MAP_NORESERVE MAP_POPULATE MAP_PRIVATE MAP_SHARED MAP_STACK PROT_EXEC PROT_READ PROT_WRITE
};

const ACCESS_DEFAULT: i32 = 0;
const ACCESS_READ: i32 = 1;
const ACCESS_WRITE: i32 = 2;
const ACCESS_COPY: i32 = 3;
const ACCESS_NAMES: [&str; 4] = ["ACCESS_DEFAULT", "ACCESS_READ", "ACCESS_WRITE", "ACCESS_COPY"];

/// The state of a map.
struct Map {
    /// What views of the map show, too.
    outside: Rc<Outside>,
    position: Cell<usize>,
    access: i32,
    /// A copy of the file's descriptor; -1: there is none.
    descriptor: i32,
    flags: i32,
    offset: i64,
}

impl Map {
    fn unmap(&self) {
        if let Some((memory, length)) = self.outside.close() {
            value!(libc::munmap(memory.cast(), length));
        }
    }

    fn bytes(&self) -> &[u8] {
        self.outside.bytes()
    }

    fn length(&self) -> usize {
        self.outside.len()
    }

    /// Puts bytes into the map; the caller has checked that they fit and that the map may be written.
    fn put(&self, at: usize, bytes: &[u8]) {
        self.outside.write(at, bytes);
    }

    fn check_writable(&self, py: Py) -> Result<()> {
        if self.access == ACCESS_READ {
            return Err(py.type_error("mmap can't modify a readonly memory map."));
        }
        Ok(())
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        self.unmap();
        if self.descriptor >= 0 {
            value!(libc::close(self.descriptor));
        }
    }
}

#[derive(Default)]
struct Class(Cell<Option<TypeRef>>);

pub static MODULE: NativeModule = NativeModule {
    name: "mmap",
    doc: "",
    functions: &[],
    fill: |py, own| {
        add(py, own, CONSTANTS)?;
        for (number, name) in ACCESS_NAMES.iter().enumerate() {
            add(py, own, &[(name, number as i64)])?;
        }
        let page = value!(libc::sysconf(libc::_SC_PAGESIZE));
        add(py, own, &[("PAGESIZE", page), ("ALLOCATIONGRANULARITY", page)])?;
        set(py, own, "error", py.ty(Ty::OSError).word())?;
        let class = native_type(
            py,
            &NativeClass {
                module: "mmap",
                name: "mmap",
                doc: "mmap(fileno, length[, flags[, prot[, access[, offset[, trackfd]]]]])",
                base: None,
                flags: python_model::types::flags::HAS_WEAKREF,
                constructor: Some(construct),
                methods: METHODS,
            },
        )?;
        py.vm().state::<Class>().0.set(Some(class));
        set(py, own, "mmap", class.word())
    },
};

fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let text = signature!("(fileno, length, flags=1, prot=3, access=0, offset=0, *, trackfd=True)");
    let [descriptor, length, flags, protection, access, offset, tracks] = bind(py, "mmap", text, args)?;
    let (descriptor, length) = (arguments::int(py, descriptor)?, py.index(length)?);
    let access = arguments::int_or(py, access, ACCESS_DEFAULT)?;
    let offset = if offset == UNSET { 0 } else { arguments::long(py, offset)? };
    let tracks = arguments::boolean(py, tracks, true)?;
    if length < 0 {
        return Err(py.overflow_error("memory mapped length must be positive"));
    }
    if offset < 0 {
        return Err(py.overflow_error("memory mapped offset must be positive"));
    }
    if access != ACCESS_DEFAULT && (flags != UNSET || protection != UNSET) {
        return Err(py.value_error("mmap can't specify both access and flags, prot."));
    }
    let (mut map_flags, map_protection, access) = match access {
        ACCESS_READ => (libc::MAP_SHARED, libc::PROT_READ, access),
        ACCESS_WRITE => (libc::MAP_SHARED, libc::PROT_READ | libc::PROT_WRITE, access),
        ACCESS_COPY => (libc::MAP_PRIVATE, libc::PROT_READ | libc::PROT_WRITE, access),
        ACCESS_DEFAULT => {
            let flags = arguments::int_or(py, flags, libc::MAP_SHARED)?;
            let protection = arguments::int_or(py, protection, libc::PROT_READ | libc::PROT_WRITE)?;
            let access = match (protection & libc::PROT_READ != 0, protection & libc::PROT_WRITE != 0) {
                (true, true) => ACCESS_DEFAULT,
                (_, true) => ACCESS_WRITE,
                _ => ACCESS_READ,
            };
            (flags, protection, access)
        }
        _ => return Err(py.value_error("mmap invalid access parameter.")),
    };
    let mut length = length as usize;
    if descriptor != -1 {
        let mut status = zeroed!(libc::stat);
        call!(py, libc::fstat(descriptor, &mut status)).or_raise(py)?;
        if status.st_mode & libc::S_IFMT == libc::S_IFREG {
            let size = status.st_size;
            if length == 0 {
                if size == 0 {
                    return Err(py.value_error("cannot mmap an empty file"));
                }
                if offset >= size {
                    return Err(py.value_error("mmap offset is greater than file size"));
                }
                length = (size - offset) as usize;
            } else if offset > size || (size - offset) < length as i64 {
                return Err(py.value_error("mmap length is greater than file size"));
            }
        }
    } else {
        map_flags |= libc::MAP_ANONYMOUS;
    }
    let own = if descriptor != -1 && tracks {
        call!(py, libc::fcntl(descriptor, libc::F_DUPFD_CLOEXEC, 0)).or_raise(py)?
    } else {
        -1
    };
    let memory =
        value!(libc::mmap(std::ptr::null_mut(), length, map_protection, map_flags, descriptor, offset));
    if memory == libc::MAP_FAILED {
        let error = std::io::Error::last_os_error();
        if own >= 0 {
            value!(libc::close(own));
        }
        return Err(error).or_raise(py);
    }
    // SAFETY: mapped above, until the map closes it.
    let outside = Rc::new(unsafe { Outside::new(memory.cast(), length, access != ACCESS_READ) });
    let map = Map {
        outside: Rc::clone(&outside),
        position: Cell::new(0),
        access,
        descriptor: own,
        flags: map_flags,
        offset,
    };
    let native = py.vm().state::<Class>().0.get().expect("set when the module was made");
    let object = foreign::new_of(py, class, native, map)?;
    outside::show(py, object, native, outside)?;
    Ok(object)
}

/// The map, which is open. Errors: `ValueError`.
fn live(py: Py<'_>, own: Word) -> Result<&Map> {
    let map: &Map = foreign::expect(py, own, "a mmap")?;
    if map.outside.is_closed() {
        return Err(py.value_error("mmap closed or invalid"));
    }
    Ok(map)
}

/// What an index selects: one byte, or start, step and count.
enum Selected {
    Byte(usize),
    Range(i64, i64, usize),
}

fn selected(py: Py, map: &Map, key: Word) -> Result<Selected> {
    let length = map.length();
    if let Some(slice) = as_object::<Slice>(py.base(key)) {
        let (start, stop, step) = python_types::slice::indices(py, slice, &(length as u64).into())?;
        let number = |value: dashu_int::IBig| i64::try_from(value).unwrap_or(i64::MAX);
        let (start, stop, step) = (number(start), number(stop), number(step));
        let count = match step {
            step if step > 0 && stop > start => ((stop - start - 1) / step + 1) as usize,
            step if step < 0 && stop < start => ((start - stop - 1) / -step + 1) as usize,
            _ => 0,
        };
        return Ok(Selected::Range(start, step, count));
    }
    let is_index =
        py.is_a(key, Ty::Int) || py.type_of(key).lookup(py, python_model::names::Name::Index).is_some();
    if !is_index {
        return Err(py.type_error("mmap indices must be integers"));
    }
    let index = py.index(key)?;
    let index = if index < 0 { index + length as i64 } else { index };
    match usize::try_from(index) {
        Ok(index) if index < length => Ok(Selected::Byte(index)),
        _ => Err(py.index_error("mmap index out of range")),
    }
}

static METHODS: &[NativeDef] = &[
    def("__len__", "($self, /)", "Return len(self).", |py, a| py.int(live(py, a[0])?.length() as i64)),
    def("__getitem__", "($self, key, /)", "Return self[key].", |py, a| {
        let map = live(py, a[0])?;
        match selected(py, map, a[1])? {
            Selected::Byte(index) => py.int(i64::from(map.bytes()[index])),
            Selected::Range(start, step, count) => {
                let bytes: Vec<u8> =
                    (0..count as i64).map(|at| map.bytes()[(start + at * step) as usize]).collect();
                py.new_bytes(&bytes)
            }
        }
    }),
    def("__setitem__", "($self, key, value, /)", "Set self[key] to value.", |py, a| {
        let map = live(py, a[0])?;
        map.check_writable(py)?;
        match selected(py, map, a[1])? {
            Selected::Byte(index) => {
                if !py.is_a(a[2], Ty::Int) {
                    return Err(py.type_error("mmap item value must be an int"));
                }
                let Ok(byte) = u8::try_from(py.index(a[2])?) else {
                    return Err(py.value_error("mmap item value must be in range(0, 256)"));
                };
                map.put(index, &[byte]);
            }
            Selected::Range(start, step, count) => {
                let bytes = buffer::get(py, a[2])?.to_vec();
                if bytes.len() != count {
                    return Err(py.index_error("mmap slice assignment is wrong size"));
                }
                for (at, byte) in bytes.iter().enumerate() {
                    map.put((start + at as i64 * step) as usize, &[*byte]);
                }
            }
        }
        Ok(NONE)
    }),
    def("__delitem__", "($self, key, /)", "Delete self[key].", |py, a| {
        live(py, a[0])?.check_writable(py)?;
        Err(py.type_error("mmap object doesn't support item deletion"))
    }),
    def("__buffer__", "($self, flags, /)", "A view of the bytes.", |py, a| {
        live(py, a[0])?;
        python_types::memoryview::of_outside(py, a[0])
    }),
    def("__release_buffer__", "($self, buffer, /)", "Ends a view of the bytes.", |_, _| Ok(NONE)),
    def("__enter__", "($self, /)", "", |py, a| live(py, a[0]).map(|_| a[0])),
    def("__exit__", "($self, exc_type, exc_value, traceback, /)", "", |py, a| close(py, a[0])),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let map: &Map = foreign::expect(py, a[0], "a mmap")?;
        if map.outside.is_closed() {
            return py.str("<mmap.mmap closed=True>");
        }
        py.str(&format!(
            "<mmap.mmap closed=False, access={}, length={}, pos={}, offset={}>",
            ACCESS_NAMES[map.access as usize],
            map.length(),
            map.position.get(),
            map.offset
        ))
    }),
    getter("closed", "", |py, a| {
        let map: &Map = foreign::expect(py, a[0], "a mmap")?;
        Ok(bool_word(map.outside.is_closed()))
    }),
    def("close", "($self, /)", "", |py, a| close(py, a[0])),
    def("tell", "($self, /)", "", |py, a| py.int(live(py, a[0])?.position.get() as i64)),
    def("seekable", "($self, /)", "", |_, _| Ok(TRUE)),
    def("seek", "($self, pos, whence=0, /)", "", |py, a| {
        let map = live(py, a[0])?;
        let (offset, whence) = (py.index(a[1])?, arguments::int_or(py, a[2], 0)?);
        let from = match whence {
            0 => 0,
            1 => map.position.get() as i64,
            2 => map.length() as i64,
            _ => return Err(py.value_error("unknown seek type")),
        };
        let position = from.checked_add(offset).and_then(|to| usize::try_from(to).ok());
        match position.filter(|to| *to <= map.length()) {
            Some(to) => map.position.set(to),
            None => return Err(py.value_error("seek out of range")),
        }
        py.int(map.position.get() as i64)
    }),
    def("read", "($self, n=None, /)", "", |py, a| {
        let map = live(py, a[0])?;
        let left = map.length().saturating_sub(map.position.get());
        let count = match given(a[1]) {
            None => left,
            Some(count) if py.is_a(count, Ty::Int) => {
                usize::try_from(py.index(count)?).map_or(left, |count| count.min(left))
            }
            Some(count) => {
                let what = py.type_name(count);
                return Err(py.type_error(format!("argument should be integer or None, not '{what}'")));
            }
        };
        take(py, map, count)
    }),
    def("read_byte", "($self, /)", "", |py, a| {
        let map = live(py, a[0])?;
        let position = map.position.get();
        match map.bytes().get(position) {
            Some(byte) => {
                map.position.set(position + 1);
                py.int(i64::from(*byte))
            }
            None => Err(py.value_error("read byte out of range")),
        }
    }),
    def("readline", "($self, /)", "", |py, a| {
        let map = live(py, a[0])?;
        let rest = map.bytes().get(map.position.get()..).unwrap_or_default();
        let count = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        take(py, map, count)
    }),
    def("write", "($self, bytes, /)", "", |py, a| {
        let bytes = buffer::get(py, a[1])?.to_vec();
        let map = live(py, a[0])?;
        map.check_writable(py)?;
        let position = map.position.get();
        if bytes.len() > map.length().saturating_sub(position) {
            return Err(py.value_error("data out of range"));
        }
        map.put(position, &bytes);
        map.position.set(position + bytes.len());
        py.int(bytes.len() as i64)
    }),
    def("write_byte", "($self, byte, /)", "", |py, a| {
        let byte = match py.index(a[1])? {
            byte if byte < 0 => return Err(py.overflow_error("unsigned byte integer is less than minimum")),
            byte => u8::try_from(byte)
                .map_err(|_| py.overflow_error("unsigned byte integer is greater than maximum"))?,
        };
        let map = live(py, a[0])?;
        map.check_writable(py)?;
        let position = map.position.get();
        if position >= map.length() {
            return Err(py.value_error("write byte out of range"));
        }
        map.put(position, &[byte]);
        map.position.set(position + 1);
        Ok(NONE)
    }),
    def("find", "($self, view, start=None, end=None, /)", "", |py, a| find(py, a, false)),
    def("rfind", "($self, view, start=None, end=None, /)", "", |py, a| find(py, a, true)),
    def("flush", "($self, offset=0, size=None, /)", "", |py, a| {
        let map = live(py, a[0])?;
        let length = map.length() as i64;
        let offset = if a[1] == UNSET { 0 } else { py.index(a[1])? };
        let size = given(a[2]).map_or(Ok(length), |size| py.index(size))?;
        let page = value!(libc::sysconf(libc::_SC_PAGESIZE));
        if offset < 0 || size < 0 || size > length - offset || offset % page != 0 {
            return Err(py.value_error("flush values out of range"));
        }
        if map.access == ACCESS_READ || map.access == ACCESS_COPY {
            return Ok(NONE);
        }
        let from = map.outside.memory().wrapping_add(offset as usize);
        call!(py, libc::msync(from.cast(), size as usize, libc::MS_SYNC)).or_raise(py)?;
        Ok(NONE)
    }),
    def("madvise", "($self, option, start=0, length=None, /)", "", |py, a| {
        let map = live(py, a[0])?;
        let option = arguments::int(py, a[1])?;
        let start = if a[2] == UNSET { 0 } else { py.index(a[2])? };
        if start < 0 || start >= map.length() as i64 {
            return Err(py.value_error("madvise start out of bounds"));
        }
        let left = map.length() as i64 - start;
        let length = given(a[3]).map_or(Ok(left), |length| py.index(length))?;
        if length < 0 {
            return Err(py.value_error("madvise length invalid"));
        }
        let from = map.outside.memory().wrapping_add(start as usize);
        call!(py, libc::madvise(from.cast(), length.min(left) as usize, option)).or_raise(py)?;
        Ok(NONE)
    }),
    def("move", "($self, dest, src, count, /)", "", |py, a| {
        let map = live(py, a[0])?;
        map.check_writable(py)?;
        let numbers = [py.index(a[1])?, py.index(a[2])?, py.index(a[3])?];
        let [to, from, count] = numbers;
        let length = map.length() as i64;
        if numbers.iter().any(|n| *n < 0) || length - to < count || length - from < count {
            return Err(py.value_error("source, destination, or count out of range"));
        }
        map.put(to as usize, &map.bytes()[from as usize..(from + count) as usize]);
        Ok(NONE)
    }),
    def("resize", "($self, newsize, /)", "", |py, a| {
        let map = live(py, a[0])?;
        let size = py.index(a[1])?;
        if size < 0 || map.offset.checked_add(size).is_none() {
            return Err(py.value_error("new size out of range"));
        }
        if map.access == ACCESS_READ || map.access == ACCESS_COPY {
            return Err(py.type_error("mmap can't resize a readonly or copy-on-write memory map."));
        }
        outside::check_exports(py, a[0], "mmap can't resize with extant buffers exported.")?;
        let (old, size) = (map.length(), size as usize);
        if map.descriptor >= 0 {
            call!(py, libc::ftruncate(map.descriptor, map.offset + size as i64)).or_raise(py)?;
        } else if map.flags & libc::MAP_PRIVATE == 0 && size > old {
            return Err(py.value_error("mmap: can't expand a shared anonymous mapping"));
        }
        let memory = value!(libc::mremap(map.outside.memory().cast(), old, size, libc::MREMAP_MAYMOVE));
        if memory == libc::MAP_FAILED {
            return Err(std::io::Error::last_os_error()).or_raise(py);
        }
        // SAFETY: mapped now, and the old memory no more.
        unsafe { map.outside.moved(memory.cast(), size) };
        Ok(NONE)
    }),
    def("size", "($self, /)", "", |py, a| {
        let map = live(py, a[0])?;
        if map.descriptor < 0 {
            return py.int(map.length() as i64);
        }
        let mut status = zeroed!(libc::stat);
        call!(py, libc::fstat(map.descriptor, &mut status)).or_raise(py)?;
        py.int(status.st_size)
    }),
];

fn close(py: Py, own: Word) -> Result {
    let map: &Map = foreign::expect(py, own, "a mmap")?;
    outside::check_exports(py, own, "cannot close exported pointers exist")?;
    map.unmap();
    Ok(NONE)
}

fn take(py: Py, map: &Map, count: usize) -> Result {
    let position = map.position.get();
    let bytes = map.bytes()[position..position + count].to_vec();
    map.position.set(position + count);
    py.new_bytes(&bytes)
}

/// The lowest or highest place of some bytes; from the position on, unless a start is given.
fn find(py: Py, a: &[Word], last: bool) -> Result {
    let wanted = buffer::get(py, a[1])?.to_vec();
    let map = live(py, a[0])?;
    let length = map.length() as i64;
    let bound = |value: Word, default: i64| -> Result<i64> {
        let bound = given(value).map_or(Ok(default), |value| py.index_clamped(value))?;
        Ok(if bound < 0 { (bound + length).max(0) } else { bound.min(length) })
    };
    let (start, end) = (bound(a[2], map.position.get() as i64)?, bound(a[3], length)?);
    if start > end {
        return py.int(-1);
    }
    let part = &map.bytes()[start as usize..end as usize];
    let found = if wanted.is_empty() {
        Some(if last { part.len() } else { 0 })
    } else {
        let mut places = part.windows(wanted.len());
        if last { places.rposition(|w| w == wanted) } else { places.position(|w| w == wanted) }
    };
    py.int(found.map_or(-1, |at| at as i64 + start))
}
