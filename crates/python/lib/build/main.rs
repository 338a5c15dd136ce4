//! Packs the standard library: each module compiled, each source compressed, and an index.
//!
//! The texts are those of the crate `rustpython-pylib` (CPython 3.14's `Lib` under the PSF licence), without what another interpreter
//! added ([`selection`]), with a few lines edited ([`edits`]), with our own files in front
//! (`overlay/`, [`generated`]). Output, in `OUT_DIR`:
//! `code.bin` (packed code of all modules, end to end), `files.bin` (compressed files, end to end), `index.rs` (where each is).

mod edits;
mod generated;
mod selection;

use python_compile::{Mode, Options, compile_bytes, packed};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Effort of the compressor, 0 to 10: beyond 6 it takes twice the time for one per cent.
const COMPRESSION_LEVEL: u8 = 6;

/// A file of the library on its way into the executable.
struct Packed {
    /// Below the library's directory, with `/`.
    path: String,
    original_size: usize,
    compressed: Vec<u8>,
    /// Of a module: its packed code.
    code: Option<Vec<u8>>,
}

fn main() {
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=overlay");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let overlay = Path::new(env!("CARGO_MANIFEST_DIR")).join("overlay");
    let mut files = BTreeMap::new();
    collect(Path::new(rustpython_pylib::LIB_PATH), "", &mut files);
    files.retain(|path, _| selection::is_wanted(path));
    // It may have no file, and then a checkout has no directory.
    if overlay.is_dir() {
        collect(&overlay, "", &mut files);
    }
    let metadata = out.join("_opcode_metadata.py");
    std::fs::write(&metadata, generated::opcode_metadata()).expect("the output directory is writable");
    files.insert("_opcode_metadata.py".into(), metadata);
    let files: Vec<(String, PathBuf)> = files.into_iter().collect();
    let mut packed = pack_all(&files);
    packed.sort_by(|a, b| a.path.cmp(&b.path));
    write(&out, &packed);
}

/// Adds the files below a directory; later ones replace earlier ones of the same path.
fn collect(directory: &Path, prefix: &str, files: &mut BTreeMap<String, PathBuf>) {
    let entries = std::fs::read_dir(directory).expect("the library's directory is readable");
    for entry in entries {
        let entry = entry.expect("the library's directory is readable");
        let name = entry.file_name().into_string().expect("the library's names are ASCII");
        let path = format!("{prefix}{name}");
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else {
            files.insert(path, entry.path());
        }
    }
}

/// Packs files on all processors.
fn pack_all(files: &[(String, PathBuf)]) -> Vec<Packed> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(files.len())));
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((path, file)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let packed = pack(path, file);
                    done.lock().expect("no thread panics while it pushes").push(packed);
                }
            });
        }
    });
    done.into_inner().expect("no thread panics while it pushes")
}

fn pack(path: &str, file: &Path) -> Packed {
    let mut bytes = std::fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    edits::apply(path, &mut bytes);
    let code = path.ends_with(".py").then(|| {
        let compiled = compile_bytes(&bytes, path, Mode::Exec, Options::default())
            .unwrap_or_else(|error| panic!("{path} does not compile: {error}"));
        packed::pack(&compiled.code)
    });
    let compressed = miniz_oxide::deflate::compress_to_vec(&bytes, COMPRESSION_LEVEL);
    Packed { path: path.to_owned(), original_size: bytes.len(), compressed, code }
}

/// Writes the three outputs. Tables are sorted, so that they can be searched.
fn write(out: &Path, packed: &[Packed]) {
    let (mut code, mut files) = (Vec::new(), Vec::new());
    let mut modules = BTreeMap::new();
    let mut index = String::from("pub static FILES: &[File] = &[\n");
    // The code that every start runs lies side by side: the system maps sixteen pages for each that is touched.
    let mut numbers: Vec<usize> = (0..packed.len()).collect();
    numbers.sort_by_key(|&number| selection::rank_at_start(&packed[number].path));
    let mut starts = vec![0; packed.len()];
    for number in numbers {
        starts[number] = code.len();
        code.extend(packed[number].code.as_deref().unwrap_or_default());
    }
    for (number, file) in packed.iter().enumerate() {
        let start = files.len();
        files.extend(&file.compressed);
        let (path, size) = (&file.path, file.original_size);
        writeln!(index, "File {{ path: {path:?}, size: {size}, start: {start}, end: {} }},", files.len())
            .expect("text does not fail");
        if let Some(block) = &file.code {
            let (start, end) = (starts[number], starts[number] + block.len());
            let stem = path.strip_suffix(".py").expect("only sources have code");
            let (stem, is_package) = match stem.strip_suffix("/__init__") {
                Some(package) => (package, true),
                None => (stem, false),
            };
            modules.insert(stem.replace('/', "."), (is_package, number, start, end));
        }
    }
    index.push_str("];\npub static MODULES: &[Module] = &[\n");
    for (name, (is_package, file, start, end)) in &modules {
        writeln!(
            index,
            "Module {{ name: {name:?}, is_package: {is_package}, file: {file}, start: {start}, end: {end} }},"
        )
        .expect("text does not fail");
    }
    index.push_str("];\n");
    for (name, bytes) in [("code.bin", &code), ("files.bin", &files), ("index.rs", &index.into_bytes())] {
        std::fs::write(out.join(name), bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}
