//! `_locale`: the process's locale, for `locale`.

use crate::arguments;
use crate::calls::value;
use crate::constants::{add, numbers, set};
use crate::paths;
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::{NativeDef, def, given};
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::value::*;
use std::cell::Cell;
use std::ffi::CString;

const CONSTANTS: &[(&str, i64)] = numbers! {
    ABDAY_1 ABDAY_2 ABDAY_3 ABDAY_4 ABDAY_5 ABDAY_6 ABDAY_7 ABMON_1 ABMON_10 ABMON_11 ABMON_12 ABMON_2 ABMON_3 ABMON_4
    ABMON_5 ABMON_6 ABMON_7 ABMON_8 ABMON_9 ALT_DIGITS AM_STR CODESET CRNCYSTR DAY_1 DAY_2 DAY_3 DAY_4 DAY_5 DAY_6 DAY_7 D_FMT
    D_T_FMT ERA ERA_D_FMT ERA_D_T_FMT ERA_T_FMT LC_ALL LC_COLLATE LC_CTYPE LC_MESSAGES LC_MONETARY LC_NUMERIC LC_TIME MON_1
    MON_10 MON_11 MON_12 MON_2 MON_3 MON_4 MON_5 MON_6 MON_7 MON_8 MON_9 NOEXPR PM_STR RADIXCHAR THOUSEP T_FMT T_FMT_AMPM
    YESEXPR
};

/// `locale.Error`
#[derive(Default)]
struct Error(Cell<Word>);

pub static MODULE: NativeModule = NativeModule {
    name: "_locale",
    doc: "Support for POSIX locales.",
    functions: FUNCTIONS,
    fill: |py, own| {
        // As CPython does when it starts: text is that of the environment. Where that locale does not exist, C stays.
        value!(libc::setlocale(libc::LC_CTYPE, c"".as_ptr()));
        add(py, own, CONSTANTS)?;
        add(py, own, &[("CHAR_MAX", 127), ("_DATE_FMT", 131_180)])?;
        let names = dict::new(py)?;
        dict::set_symbol(py, names, Name::ModuleAttr, py.str("locale")?)?;
        let bases = py.new_tuple(&[py.ty(Ty::Exception).word()])?;
        let class = py.call(py.ty(Ty::Type).word(), &[py.str("Error")?, bases, word(names)])?;
        py.vm().state::<Error>().0.set(py.vm().immortal(class));
        set(py, own, "Error", class)
    },
};

fn error(py: Py, message: &str) -> metatrace_machine::Raised {
    let made = py.str(message).and_then(|text| py.call(py.vm().state::<Error>().0.get(), &[text]));
    match made {
        Ok(exception) => py.raise(exception),
        Err(raised) => raised,
    }
}

/// Text of the C library.
fn shown(py: Py, text: *const libc::c_char) -> Result {
    // SAFETY: a C string of the C library, valid until the locale changes, or null.
    unsafe { paths::decode_pointer(py, text) }
}

fn text(py: Py, value: Word, function: &str, position: usize) -> Result<CString> {
    let Some(text) = py.as_str(value) else {
        let what = py.type_name(value);
        let which = if position == 0 { "argument".to_owned() } else { format!("argument {position}") };
        return Err(py.type_error(format!("{function}() {which} must be str, not {what}")));
    };
    CString::new(paths::encode(py, text)?).map_err(|_| py.value_error("embedded null character"))
}

static FUNCTIONS: &[NativeDef] = &[
    def(
        "setlocale",
        "($module, category, locale=None, /)",
        "Activates/queries locale processing.",
        |py, a| {
            let category = arguments::int(py, a[0])?;
            match given(a[1]) {
                Some(name) => {
                    let name = text(py, name, "setlocale", 2)?;
                    let result = value!(libc::setlocale(category, name.as_ptr()));
                    if result.is_null() {
                        return Err(error(py, "unsupported locale setting"));
                    }
                    shown(py, result)
                }
                None => {
                    let result = value!(libc::setlocale(category, std::ptr::null()));
                    if result.is_null() {
                        return Err(error(py, "locale query failed"));
                    }
                    shown(py, result)
                }
            }
        },
    ),
    def("getencoding", "($module, /)", "Get the current locale encoding.", |py, _| {
        shown(py, value!(libc::nl_langinfo(libc::CODESET)))
    }),
    def(
        "nl_langinfo",
        "($module, key, /)",
        "Return the value for the locale information associated with key.",
        |py, a| {
            let key = arguments::int(py, a[0])?;
            let is_known =
                CONSTANTS.iter().any(|(name, number)| *number == i64::from(key) && !name.starts_with("LC_"));
            if !is_known && key != 131_180 {
                return Err(py.value_error("unsupported langinfo constant"));
            }
            shown(py, value!(libc::nl_langinfo(key)))
        },
    ),
    def("localeconv", "($module, /)", "Returns numeric and monetary locale-specific parameters.", |py, _| {
        let conventions = value!(libc::localeconv());
        // SAFETY: the C library's structure, valid until the locale changes.
        let c = unsafe { &*conventions };
        let made = dict::new(py)?;
        for (name, value) in [
            ("decimal_point", c.decimal_point),
            ("thousands_sep", c.thousands_sep),
            ("int_curr_symbol", c.int_curr_symbol),
            ("currency_symbol", c.currency_symbol),
            ("mon_decimal_point", c.mon_decimal_point),
            ("mon_thousands_sep", c.mon_thousands_sep),
            ("positive_sign", c.positive_sign),
            ("negative_sign", c.negative_sign),
        ] {
            dict::set_symbol(py, made, py.intern(name)?, shown(py, value)?)?;
        }
        for (name, value) in [("grouping", c.grouping), ("mon_grouping", c.mon_grouping)] {
            dict::set_symbol(py, made, py.intern(name)?, grouping(py, value)?)?;
        }
        for (name, value) in [
            ("int_frac_digits", c.int_frac_digits),
            ("frac_digits", c.frac_digits),
            ("p_cs_precedes", c.p_cs_precedes),
            ("p_sep_by_space", c.p_sep_by_space),
            ("n_cs_precedes", c.n_cs_precedes),
            ("n_sep_by_space", c.n_sep_by_space),
            ("p_sign_posn", c.p_sign_posn),
            ("n_sign_posn", c.n_sign_posn),
        ] {
            dict::set_symbol(py, made, py.intern(name)?, small_int(i64::from(value)))?;
        }
        Ok(word(made))
    }),
    def("strcoll", "($module, os1, os2, /)", "Compares two strings according to the locale.", |py, a| {
        let (first, second) = (text(py, a[0], "strcoll", 1)?, text(py, a[1], "strcoll", 2)?);
        py.int(i64::from(value!(libc::strcoll(first.as_ptr(), second.as_ptr()))))
    }),
    def(
        "strxfrm",
        "($module, string, /)",
        "Return a string that can be used as a key for locale-aware comparisons.",
        |py, a| {
            let source = text(py, a[0], "strxfrm", 0)?;
            let size = value!(libc::strxfrm(std::ptr::null_mut(), source.as_ptr(), 0)) + 1;
            let mut room = vec![0_u8; size];
            value!(libc::strxfrm(room.as_mut_ptr().cast(), source.as_ptr(), size));
            paths::decode(py, &room[..size - 1])
        },
    ),
    def("gettext", "($module, msg, /)", "Return translation of msg.", |py, a| {
        text(py, a[0], "gettext", 0)?;
        Ok(a[0])
    }),
    def("dgettext", "($module, domain, msg, /)", "Return translation of msg in domain.", |py, a| {
        text(py, a[1], "dgettext", 2)?;
        Ok(a[1])
    }),
    def(
        "dcgettext",
        "($module, domain, msg, category, /)",
        "Return translation of msg in domain and category.",
        |py, a| {
            text(py, a[1], "dcgettext", 2)?;
            Ok(a[1])
        },
    ),
    def(
        "textdomain",
        "($module, domain, /)",
        "Set the C library's textdomain to domain, returning the new domain.",
        |py, a| {
            if a[0] == NONE { py.str("messages") } else { text(py, a[0], "textdomain", 0).map(|_| a[0]) }
        },
    ),
    def("bindtextdomain", "($module, domain, dir, /)", "Bind the C library's domain to dir.", |py, a| {
        if text(py, a[0], "bindtextdomain", 1)?.is_empty() {
            return Err(error(py, "domain must be a non-empty string"));
        }
        if a[1] == NONE { py.str("/usr/share/locale") } else { Ok(a[1]) }
    }),
    def(
        "bind_textdomain_codeset",
        "($module, domain, codeset, /)",
        "Bind the C library's domain to codeset.",
        |py, a| {
            text(py, a[0], "bind_textdomain_codeset", 1)?;
            Ok(a[1])
        },
    ),
];

/// Sizes of groups of digits; 0 at the end repeats the last, CHAR_MAX ends grouping.
fn grouping(py: Py, sizes: *const libc::c_char) -> Result {
    let list = py.new_list(0)?;
    let mut at = sizes;
    loop {
        // SAFETY: a C string that ends with 0 or CHAR_MAX.
        let size = unsafe { *at };
        if size == 0 {
            if !list.is_empty() {
                list_push(py, list, small_int(0))?;
            }
            break;
        }
        list_push(py, list, small_int(i64::from(size)))?;
        if size == libc::c_char::MAX {
            break;
        }
        // SAFETY: not past the end, which is not reached yet.
        at = unsafe { at.add(1) };
    }
    Ok(word(list))
}
