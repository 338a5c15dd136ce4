//! The iterator types: how each is made, and what it shows of itself.

use super::*;

pub(super) fn simple(py: Py, class: TypeRef, kind: Kind, words: &[Word]) -> Result {
    let words = py.list_of(words)?;
    make(py, class, State::new(kind), words)
}

/// `function, iterable`
pub(super) fn with_function(py: Py, class: TypeRef, args: Args, name: &str, kind: Kind) -> Result {
    let [function, iterable] = bind(py, name, signature!("(function, iterable, /)"), args)?;
    let source = py.iter(iterable)?;
    simple(py, class, kind, &[function, source])
}

/// `iterable, r` of combinations.
pub(super) fn combinations(py: Py, class: TypeRef, args: Args, name: &str, kind: Kind) -> Result {
    let [iterable, r] = bind(py, name, signature!("(iterable, r)"), args)?;
    let items = pool(py, iterable)?;
    let count = size(py, r, "r")? as usize;
    let all = as_object::<List>(items).expect("a list").len();
    let state = State::new(kind);
    let is_replacing = kind == Kind::CombinationsWithReplacement;
    state.is_done.set(if is_replacing { all == 0 && count > 0 } else { count > all });
    state.step.set(count as i64);
    // CPython makes room for the indices even where there is no result.
    let mut indices: Vec<usize> = Vec::new();
    if indices.try_reserve_exact(count).is_err() {
        return Err(py.out_of_memory());
    }
    if !state.is_done.get() {
        indices.extend((0..count).map(|index| if is_replacing { 0 } else { index }));
        *state.indices.borrow_mut() = indices;
    }
    let words = py.list_of(&[items])?;
    make(py, class, state, words)
}

pub(super) fn islice(py: Py, class: TypeRef, args: Args) -> Result {
    args.no_keywords(py, "islice")?;
    let positional = args.positionals();
    let (start, stop, step) = match positional {
        [_, stop] => (NONE, *stop, NONE),
        [_, start, stop] => (*start, *stop, NONE),
        [_, start, stop, step] => (*start, *stop, *step),
        _ => {
            let (bound, count) = (if positional.len() < 2 { "least 2" } else { "most 4" }, positional.len());
            return Err(py.type_error(format!("islice expected at {bound} arguments, got {count}")));
        }
    };
    let number = |value: Word, default: i64, least: i64| match value {
        NONE => Ok(default),
        value => match py.index(value) {
            Ok(n) if n >= least => Ok(n),
            Ok(_) => Err(()),
            Err(_) => {
                py.take_raised();
                Err(())
            }
        },
    };
    let Ok(stop_at) = number(stop, -1, 0) else {
        return Err(py.value_error(if positional.len() == 2 {
            "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize."
        } else {
            "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize."
        }));
    };
    let Ok(start_at) = number(start, 0, 0) else {
        return Err(py.value_error("Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize."));
    };
    let Ok(by) = number(step, 1, 1) else {
        return Err(py.value_error("Step for islice() must be a positive integer or None."));
    };
    let source = py.iter(positional[0])?;
    let state = State::new(Kind::ISlice);
    state.at.set(start_at);
    state.stop.set(stop_at);
    state.step.set(by);
    let words = py.list_of(&[source])?;
    make(py, class, state, words)
}

pub(super) static TYPES: &[Entry] = &[
    Entry {
        kind: Kind::Accumulate,
        name: "accumulate",
        doc: "Return series of accumulated sums.",
        constructor: Some(|py, class, args| {
            let [iterable, function, initial] =
                bind(py, "accumulate", signature!("(iterable, func=None, *, initial=None)"), args)?;
            let source = py.iter(iterable)?;
            let function = given(function).unwrap_or(NONE);
            let initial = given(initial).unwrap_or(UNSET);
            simple(py, class, Kind::Accumulate, &[source, function, UNSET, initial])
        }),
        methods: NEXT,
    },
    Entry {
        kind: Kind::Batched,
        name: "batched",
        doc: "Batch data into tuples of length n.",
        constructor: Some(|py, class, args| {
            let [iterable, n, strict] =
                bind(py, "batched", signature!("(iterable, n, *, strict=False)"), args)?;
            let n = py.index(n)?;
            if n < 1 {
                return Err(py.value_error("n must be at least one"));
            }
            let source = py.iter(iterable)?;
            let state = State::new(Kind::Batched);
            state.at.set(n);
            state.step.set(i64::from(strict != UNSET && py.truth(strict)?));
            let words = py.list_of(&[source])?;
            make(py, class, state, words)
        }),
        methods: NEXT,
    },
    Entry {
        kind: Kind::Chain,
        name: "chain",
        doc: "Return a chain object whose .__next__() method returns elements from the first iterable until it is exhausted.",
        constructor: Some(|py, class, args| {
            args.no_keywords(py, "chain")?;
            let all = py.new_tuple(args.positionals())?;
            let source = py.iter(all)?;
            simple(py, class, Kind::Chain, &[source, UNSET])
        }),
        methods: NEXT,
    },
    Entry {
        kind: Kind::Combinations,
        name: "combinations",
        doc: "Return successive r-length combinations of elements in the iterable.",
        constructor: Some(|py, class, args| {
            combinations(py, class, args, "combinations", Kind::Combinations)
        }),
        methods: NEXT,
    },
    Entry {
        kind: Kind::CombinationsWithReplacement,
        name: "combinations_with_replacement",
        doc: "Return successive r-length combinations of elements in the iterable allowing repeats.",
        constructor: Some(|py, class, args| {
            combinations(py, class, args, "combinations_with_replacement", Kind::CombinationsWithReplacement)
        }),
        methods: NEXT,
    },
    Entry {
        kind: Kind::Compress,
        name: "compress",
        doc: "Return data elements corresponding to true selector elements.",
        constructor: Some(|py, class, args| {
            let [data, selectors] = bind(py, "compress", signature!("(data, selectors)"), args)?;
            let (data, selectors) = (py.iter(data)?, py.iter(selectors)?);
            simple(py, class, Kind::Compress, &[data, selectors])
        }),
        methods: NEXT,
    },
    Entry {
        kind: Kind::Count,
        name: "count",
        doc: "Return a count object whose .__next__() method returns consecutive values.",
        constructor: Some(|py, class, args| {
            let [start, step] = bind(py, "count", signature!("(start=0, step=1)"), args)?;
            let number = |value: Word, default: i64| if value == UNSET { small_int(default) } else { value };
            let (start, step) = (number(start, 0), number(step, 1));
            for value in [start, step] {
                let has = |name| py.type_of(value).lookup(py, name).is_some();
                use python_model::names::Name;
                if !(has(Name::Index) || has(Name::Float) || has(Name::Complex)) {
                    return Err(py.type_error("a number is required"));
                }
            }
            simple(py, class, Kind::Count, &[start, step])
        }),
        methods: NEXT,
    },
    Entry {
        kind: Kind::Cycle,
        name: "cycle",
        doc: "Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.",
        constructor: Some(|py, class, args| {
            let [iterable] = bind(py, "cycle", signature!("(iterable, /)"), args)?;
            let (source, saved) = (py.iter(iterable)?, word(py.new_list(4)?));
            simple(py, class, Kind::Cycle, &[source, saved])
        }),
        methods: NEXT,
    },
    Entry {
        kind: Kind::DropWhile,
        name: "dropwhile",
        doc: "Drop items from the iterable while predicate(item) is true.",
        constructor: Some(|py, class, args| with_function(py, class, args, "dropwhile", Kind::DropWhile)),
        methods: NEXT,
    },
    Entry {
        kind: Kind::FilterFalse,
        name: "filterfalse",
        doc: "Return those items of iterable for which function(item) is false.",
        constructor: Some(|py, class, args| with_function(py, class, args, "filterfalse", Kind::FilterFalse)),
        methods: NEXT,
    },
    Entry {
        kind: Kind::GroupBy,
        name: "groupby",
        doc: "make an iterator that returns consecutive keys and groups from the iterable",
        constructor: Some(|py, class, args| {
            let [iterable, key] = bind(py, "groupby", signature!("(iterable, key=None)"), args)?;
            let source = py.iter(iterable)?;
            let key = given(key).unwrap_or(NONE);
            simple(py, class, Kind::GroupBy, &[source, key, UNSET, UNSET, UNSET, NONE])
        }),
        methods: NEXT,
    },
    Entry { kind: Kind::Grouper, name: "_grouper", doc: "", constructor: None, methods: NEXT },
    Entry {
        kind: Kind::ISlice,
        name: "islice",
        doc: "islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object",
        constructor: Some(islice),
        methods: NEXT,
    },
    Entry {
        kind: Kind::Pairwise,
        name: "pairwise",
        doc: "Return an iterator of overlapping pairs taken from the input iterator.",
        constructor: Some(|py, class, args| {
            let [iterable] = bind(py, "pairwise", signature!("(iterable, /)"), args)?;
            let source = py.iter(iterable)?;
            simple(py, class, Kind::Pairwise, &[source, UNSET])
        }),
        methods: NEXT,
    },
    Entry {
        kind: Kind::Permutations,
        name: "permutations",
        doc: "Return successive r-length permutations of elements in the iterable.",
        constructor: Some(|py, class, args| {
            let [iterable, r] = bind(py, "permutations", signature!("(iterable, r=None)"), args)?;
            let items = pool(py, iterable)?;
            let all = as_object::<List>(items).expect("a list").len();
            let count = match given(r) {
                None => all,
                Some(r) if as_i64(py.base(r)).is_some() => size(py, r, "r")? as usize,
                Some(_) => return Err(py.type_error("Expected int as r")),
            };
            let state = State::new(Kind::Permutations);
            state.is_done.set(count > all);
            state.step.set(count as i64);
            *state.indices.borrow_mut() = (0..all).collect();
            let mut cycles: Vec<usize> = Vec::new();
            // CPython makes room for all of them even where there is no result.
            if cycles.try_reserve_exact(count).is_err() {
                return Err(py.out_of_memory());
            }
            cycles.extend((0..count.min(all)).map(|position| all - position));
            *state.cycles.borrow_mut() = cycles;
            let words = py.list_of(&[items])?;
            make(py, class, state, words)
        }),
        methods: NEXT,
    },
    Entry {
        kind: Kind::Product,
        name: "product",
        doc: "Cartesian product of input iterables.  Equivalent to nested for-loops.",
        constructor: Some(|py, class, args| {
            let mut repeat = 1;
            for (name, value) in args.named() {
                if name.as_bytes() != b"repeat" {
                    let name = name.to_text();
                    return Err(
                        py.type_error(format!("product() got an unexpected keyword argument '{name}'"))
                    );
                }
                repeat = py.index(value)?;
                if repeat < 0 {
                    return Err(py.value_error("repeat argument cannot be negative"));
                }
            }
            let pools = py.new_list(4)?;
            for iterable in args.positionals() {
                let items = pool(py, *iterable)?;
                list_push(py, pools, items)?;
            }
            let once = pools.len();
            if once.checked_mul(repeat as usize).is_none_or(|all| all > 1 << 28) {
                return Err(py.overflow_error("repeat argument too large"));
            }
            let words = py.new_list(once * repeat as usize)?;
            for index in 0..once * repeat as usize {
                list_push(py, words, pools.item(index % once))?;
            }
            let state = State::new(Kind::Product);
            state.is_done.set((0..words.len()).any(|index| inner(words, index).is_empty()));
            state.step.set(words.len() as i64);
            *state.indices.borrow_mut() = vec![0; words.len()];
            make(py, class, state, words)
        }),
        methods: NEXT,
    },
    Entry {
        kind: Kind::Repeat,
        name: "repeat",
        doc: "repeat(object [,times]) -> create an iterator which returns the object for the specified number of times.",
        constructor: Some(|py, class, args| {
            let [object, times] = bind(py, "repeat", signature!("(object, times=None)"), args)?;
            let state = State::new(Kind::Repeat);
            if times != UNSET {
                state.stop.set(py.index(times)?.max(0));
            }
            let words = py.list_of(&[object])?;
            make(py, class, state, words)
        }),
        methods: NEXT,
    },
    Entry {
        kind: Kind::StarMap,
        name: "starmap",
        doc: "Return an iterator whose values are returned from the function evaluated with an argument tuple.",
        constructor: Some(|py, class, args| with_function(py, class, args, "starmap", Kind::StarMap)),
        methods: NEXT,
    },
    Entry {
        kind: Kind::TakeWhile,
        name: "takewhile",
        doc: "Return successive entries from an iterable as long as the predicate evaluates to true for each entry.",
        constructor: Some(|py, class, args| with_function(py, class, args, "takewhile", Kind::TakeWhile)),
        methods: NEXT,
    },
    Entry {
        kind: Kind::Tee,
        name: "_tee",
        doc: "Iterator wrapped to make it copyable.",
        constructor: None,
        methods: NEXT,
    },
    Entry {
        kind: Kind::ZipLongest,
        name: "zip_longest",
        doc: "Return a zip_longest object whose .__next__() method returns a tuple.",
        constructor: Some(|py, class, args| {
            let mut fill = NONE;
            for (name, value) in args.named() {
                if name.as_bytes() != b"fillvalue" {
                    return Err(py.type_error("zip_longest() got an unexpected keyword argument"));
                }
                fill = value;
            }
            let words = py.list_of(&[fill])?;
            for iterable in args.positionals() {
                let source = py.iter(*iterable)?;
                list_push(py, words, source)?;
            }
            make(py, class, State::new(Kind::ZipLongest), words)
        }),
        methods: NEXT,
    },
];
