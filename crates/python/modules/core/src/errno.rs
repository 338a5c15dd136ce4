//! `errno`: the numbers of this system's errors. Where two names have one number, the later one is that of `errorcode`.

use python_model::dict;
use python_model::modules::NativeModule;
use python_model::value::word;

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name)),*] };
}

const COMMON: &[(&str, i32)] = numbers! {
        EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EWOULDBLOCK EAGAIN ENOMEM EACCES EFAULT
        ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC
        ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP ENOMSG EIDRM
        EREMOTE ENOLINK EPROTO EMULTIHOP EBADMSG EOVERFLOW EILSEQ EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE
        EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP ENOTSUP EPFNOSUPPORT EAFNOSUPPORT
        EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN
        ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS
        ESTALE EDQUOT ECANCELED EOWNERDEAD ENOTRECOVERABLE
};

#[cfg(target_os = "linux")]
const SYSTEM: &[(&str, i32)] = numbers! {
        EDEADLOCK ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC
        EBADSLT EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EADV ESRMNT ECOMM EDOTDOT ENOTUNIQ EBADFD
        EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC ERESTART ESTRPIPE EUCLEAN ENOTNAM ENAVAIL EISNAM
        EREMOTEIO ENOMEDIUM EMEDIUMTYPE ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED ERFKILL EHWPOISON
};
#[cfg(not(target_os = "linux"))]
const SYSTEM: &[(&str, i32)] = &[];

pub static MODULE: NativeModule = NativeModule {
    name: "errno",
    doc: "This module makes available standard errno system symbols.",
    functions: &[],
    fill: |py, own| {
        let codes = dict::new(py)?;
        for (name, number) in COMMON.iter().chain(SYSTEM) {
            let (number, text) = (py.int(i64::from(*number))?, py.str(name)?);
            dict::set_symbol(py, own, py.intern(name)?, number)?;
            dict::set(py, codes, number, text)?;
        }
        dict::set_symbol(py, own, py.intern("errorcode")?, word(codes))
    },
};
