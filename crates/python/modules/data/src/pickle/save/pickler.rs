//! `Pickler`, `dump` and `dumps`.

use super::*;

pub fn construct(py: Py, class: TypeRef, _args: Args) -> Result {
    let pickler = Pickler {
        protocol: Cell::new(DEFAULT_PROTOCOL),
        fix_imports: Cell::new(true),
        is_fast: Cell::new(false),
        memo: RefCell::default(),
        is_ready: Cell::new(false),
    };
    let made = foreign::new(py, known(&py.vm().state::<State>().pickler), pickler)?;
    let kept = word(py.new_list(0)?);
    let words = word(py.list_of(&[NONE, NONE, kept])?);
    made.words.set(py.mutator(), made, words);
    instance::new(py, class, word(made))
}

fn receiver<'a>(py: Py<'a>, value: Word) -> Result<&'a Pickler> {
    foreign::expect(py, value, "a '_pickle.Pickler' object")
}

fn check_callback(py: Py, callback: Word, protocol: i64) -> Result<()> {
    if callback != UNSET && callback != NONE && protocol < 5 {
        return Err(py.value_error("buffer_callback needs protocol >= 5"));
    }
    Ok(())
}

fn init(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let protocol = protocol_of(py, a[2])?;
    check_callback(py, a[4], protocol)?;
    let Some(write) = py.get_attr_opt(a[1], Name::Write)? else {
        return Err(py.type_error("file must have a 'write' attribute"));
    };
    own.protocol.set(protocol);
    own.fix_imports.set(a[3] == UNSET || py.truth(a[3])?);
    own.memo.borrow_mut().clear();
    own.is_ready.set(true);
    put(py, a[0], 0, write);
    put(py, a[0], 1, if a[4] == UNSET { NONE } else { a[4] });
    put(py, a[0], 2, word(py.new_list(0)?));
    Ok(NONE)
}

/// The method of a subclass, or the attribute of the instance; UNSET if there is none but ours.
fn hook(py: Py, own: Word, name: &str) -> Result<Word> {
    Ok(py.get_attr_opt(own, py.intern(name)?)?.unwrap_or(UNSET))
}

fn dump(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    if !own.is_ready.get() {
        let name = py.class_name(a[0]);
        return Err(pickling_error(py, format!("Pickler.__init__() was not called by {name}.__init__()")));
    }
    let kept = words(a[0]);
    let mut saver = Saver::new(py, own.protocol.get(), own.fix_imports.get(), kept.item(1))?;
    saver.is_fast = own.is_fast.get();
    saver.memo = std::mem::take(&mut *own.memo.borrow_mut());
    saver.kept = as_object(kept.item(2)).expect("a list since it was made");
    saver.persistent_id = hook(py, a[0], "persistent_id")?;
    saver.reducer = hook(py, a[0], "reducer_override")?;
    saver.dispatch_table = hook(py, a[0], "dispatch_table")?;
    let result = saver.dump(a[1]);
    *own.memo.borrow_mut() = std::mem::take(&mut saver.memo);
    result?;
    let bytes = saver.finish()?;
    py.call(words(a[0]).item(0), &[bytes])?;
    Ok(NONE)
}

pub static METHODS: &[NativeDef] = &[
    def(
        "__init__",
        "($self, /, file, protocol=None, fix_imports=True, buffer_callback=None)",
        "Initialize self.  See help(type(self)) for accurate signature.",
        init,
    ),
    def(
        "dump",
        "($self, obj, /)",
        "Write a pickled representation of the given object to the open file.",
        dump,
    ),
    def(
        "clear_memo",
        "($self, /)",
        "Clears the pickler's \"memo\".\n\nThe memo is the data structure that remembers which objects the\npickler has already seen, so that shared or recursive objects are\npickled by reference and not by value.  This method is useful when\nre-using picklers.",
        |py, a| {
            receiver(py, a[0])?.memo.borrow_mut().clear();
            put(py, a[0], 2, word(py.new_list(0)?));
            Ok(NONE)
        },
    ),
    getter("memo", "", |py, a| {
        let own = receiver(py, a[0])?;
        let copied = dict::new(py)?;
        let kept: Gc<List> = as_object(words(a[0]).item(2)).expect("a list since it was made");
        for at in 0..kept.len() {
            let value = kept.item(at);
            let index = object(value).and_then(|object| own.memo.borrow().get(&object.address()).copied());
            if let Some(index) = index {
                let pair = py.new_tuple(&[small_int(i64::from(index)), value])?;
                dict::set(py, copied, py.id(value)?, pair)?;
            }
        }
        Ok(word(copied))
    }),
    setter("memo", |py, a| {
        let own = receiver(py, a[0])?;
        let Some(given) = py.cast::<Dict>(a[1]) else {
            let kind = py.type_name(a[1]);
            return Err(py.type_error(format!(
                "'memo' attribute must be a PicklerMemoProxy object or dict, not {kind}"
            )));
        };
        let (kept, mut memo) = (py.new_list(0)?, Memo::default());
        let mut at = 0;
        while let Some((entry, _, pair)) = dict::next(given, at) {
            at = entry + 1;
            let Some(pair) = py.cast::<Tuple>(pair).filter(|pair| pair.items().len() == 2) else {
                return Err(py.type_error("'memo' values must be 2-item tuples"));
            };
            let (index, value) = (py.index(pair.items()[0].get())?, pair.items()[1].get());
            if let Some(object) = object(value) {
                memo.insert(heap::identity(object), index as u32);
                list_push(py, kept, value)?;
            }
        }
        *own.memo.borrow_mut() = memo;
        put(py, a[0], 2, word(kept));
        Ok(NONE)
    }),
    getter("bin", "", |py, a| py.int(i64::from(receiver(py, a[0])?.protocol.get() > 0))),
    getter("fast", "", |py, a| py.int(i64::from(receiver(py, a[0])?.is_fast.get()))),
    setter("fast", |py, a| {
        let fast = py.truth(a[1])?;
        receiver(py, a[0])?.is_fast.set(fast);
        Ok(NONE)
    }),
];

fn dumped(py: Py, value: Word, protocol: Word, fix_imports: Word, callback: Word) -> Result<Word> {
    let protocol = protocol_of(py, protocol)?;
    check_callback(py, callback, protocol)?;
    let fix_imports = fix_imports == UNSET || py.truth(fix_imports)?;
    let mut saver = Saver::new(py, protocol, fix_imports, callback)?;
    saver.dump(value)?;
    saver.finish()
}

pub const DUMPS: NativeDef = def(
    "dumps",
    "(obj, protocol=None, *, fix_imports=True, buffer_callback=None)",
    "Return the pickled representation of the object as a bytes object.",
    |py, a| dumped(py, a[0], a[1], a[2], a[3]),
);

pub const DUMP: NativeDef = def(
    "dump",
    "(obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)",
    "Write a pickled representation of obj to the open file object file.",
    |py, a| {
        let Some(write) = py.get_attr_opt(a[1], Name::Write)? else {
            return Err(py.type_error("file must have a 'write' attribute"));
        };
        let bytes = dumped(py, a[0], a[2], a[3], a[4])?;
        py.call(write, &[bytes])?;
        Ok(NONE)
    },
);
