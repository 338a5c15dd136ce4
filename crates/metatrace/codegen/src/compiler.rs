//! The Cranelift backend: settings, stubs, and the stages of compiling one unit.
//!
//! Slow paths are called through *stubs* in Cranelift's `preserve_all` convention: the stub saves what its callee may
//! clobber, so a cold call in a loop does not make the register allocator spill around it. Arguments and result pass
//! through the last words of the transfer buffer ([`SCRATCH_OFFSET`]): that convention has no results, and an argument
//! in a fixed register would be moved around in the hot code, where the value lives.

use crate::loops::{JUMP, loop_of, offset_in_line};
use crate::lower::{self, Entities, Gathers, Lowering, SCRATCH_OFFSET, unit_signature};
use crate::memory::{CodeBlock, CodeMemory, Protection};
use crate::overflow::{CHECKED, branch_on_flag};
use crate::runtime;
use crate::stages::{self, Stage};
use crate::unit::{Backend, CodegenError, CompiledUnit, EnterFn, Linker, Owned, UnitRequest, has_exit};
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::{
    AbiParam, ExternalName, Function, InstBuilder, MemFlagsData, Signature, UserFuncName, Value, types,
};
use cranelift_codegen::isa::{CallConv, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_codegen::{Context as Cranelift, FinalizedRelocTarget};
use metatrace_machine::{Context, Encoding, ExitSlot, REGISTER_ARGS, Status};
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64};
use std::time::Instant;

/// Code memory of a compiler unless its owner sets another limit.
const DEFAULT_CODE_LIMIT_BYTES: usize = 256 << 20;

/// Addresses of the code that every unit refers to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stubs {
    pub exit: usize,
    pub call: usize,
    pub enter: usize,
    pub allocate: usize,
    pub allocate_array: usize,
    pub box_wide_int: usize,
    pub barrier: usize,
}

/// Compiles units for a language with encoding `E`. `Send`: a background thread may own it.
pub struct Compiler<E: Encoding> {
    /// By [`isa_index`]: made at first use, since making one takes longer than compiling a small unit.
    isas: [Option<OwnedTargetIsa>; 4],
    cranelift: Cranelift,
    entities: Entities,
    memory: Arc<CodeMemory>,
    stubs: Stubs,
    encoding: PhantomData<fn() -> E>,
}

fn isa_index(optimise: bool, single_pass: bool) -> usize {
    optimise as usize | (single_pass as usize) << 1
}

fn make_isa(optimise: bool, single_pass: bool) -> Result<OwnedTargetIsa, CodegenError> {
    let mut flags = settings::builder();
    let set = [
        ("opt_level", if optimise { "speed" } else { "none" }),
        ("regalloc_algorithm", if single_pass { "single_pass" } else { "backtracking" }),
        // Run by hand where wanted, once, and not counted as compile time.
        ("enable_verifier", "false"),
        // Frames are small (spilled values only) and the stack limit leaves room for one frame.
        ("enable_probestack", "false"),
        // Cranelift's x86-64 tail calls rely on them; the frame register is never allocated anyway.
        ("preserve_frame_pointers", "true"),
        // Nobody walks these frames: exceptions are values, the collector scans stacks conservatively.
        ("unwind_info", "false"),
        ("machine_code_cfg_info", "false"),
        // Code is copied to its final address and refers to others by absolute address.
        ("is_pic", "false"),
        // Results are bit-exact with the interpreter's, which uses whatever NaN the processor makes.
        ("enable_nan_canonicalization", "false"),
        // Cranelift's heaps and tables are not used.
        ("enable_heap_access_spectre_mitigation", "false"),
        ("enable_table_access_spectre_mitigation", "false"),
    ];
    for (name, value) in set {
        flags.set(name, value).map_err(|e| CodegenError::Rejected(format!("setting {name}: {e}")))?;
    }
    if cfg!(not(target_arch = "x86_64")) {
        return Err(CodegenError::UnsupportedTarget("only x86-64 is supported".to_string()));
    }
    let builder = cranelift_native::builder().map_err(|e| CodegenError::UnsupportedTarget(e.to_string()))?;
    builder.finish(settings::Flags::new(flags)).map_err(|e| CodegenError::UnsupportedTarget(e.to_string()))
}

/// A function's relocated bytes.
struct Assembled {
    code: Vec<u8>,
    /// Where in a line of code it is to begin.
    offset: usize,
    asm: Option<String>,
}

impl<E: Encoding> Compiler<E> {
    /// A compiler with code memory of its own.
    pub fn new() -> Result<Self, CodegenError> {
        Self::with_memory(CodeMemory::new(DEFAULT_CODE_LIMIT_BYTES, Protection::Toggle))
    }

    /// A compiler that puts its code into `memory`, which several compilers may share.
    pub fn with_memory(memory: Arc<CodeMemory>) -> Result<Self, CodegenError> {
        let mut compiler = Compiler {
            isas: [const { None }; 4],
            cranelift: Cranelift::new(),
            entities: Entities::default(),
            memory,
            stubs: Stubs {
                exit: 0,
                call: 0,
                enter: 0,
                allocate: 0,
                allocate_array: 0,
                box_wide_int: 0,
                barrier: 0,
            },
            encoding: PhantomData,
        };
        let isa = compiler.isa(false, false)?;
        compiler.stubs = Stubs {
            exit: compiler.stub(&isa, unit_signature(0), build_exit_stub)?,
            call: compiler.stub(&isa, unit_signature(REGISTER_ARGS), build_call_stub)?,
            enter: compiler.stub(&isa, enter_signature(), build_enter_stub)?,
            allocate: compiler.slow_path(&isa, 3, runtime::allocate as *const () as usize)?,
            allocate_array: compiler.slow_path(&isa, 4, runtime::allocate_array as *const () as usize)?,
            box_wide_int: compiler.slow_path(&isa, 2, runtime::box_wide_int as *const () as usize)?,
            barrier: compiler.slow_path(&isa, 3, runtime::barrier as *const () as usize)?,
        };
        Ok(compiler)
    }

    /// The memory that holds the code, for its limit and its use.
    pub fn memory(&self) -> &Arc<CodeMemory> {
        &self.memory
    }

    /// See [`Backend::compile`].
    pub fn compile(
        &mut self,
        request: &UnitRequest,
        linker: &dyn Linker,
    ) -> Result<CompiledUnit, CodegenError> {
        let options = &request.options;
        let isa = self.isa(options.optimise, options.single_pass_regalloc)?;
        let begin = Instant::now();

        let exit_ops = exit_ops(request);
        let stub = self.stubs.exit as *mut u8;
        let slots: Box<[ExitSlot]> =
            exit_ops.iter().map(|_| ExitSlot { target: AtomicPtr::new(stub) }).collect();
        let guard_counter =
            (options.guard_fail_every > 0).then(|| Box::new(AtomicU32::new(options.guard_fail_every)));
        let entries = options.counts_entries.then(|| Box::new(AtomicU64::new(0)));
        let mut gathers = Gathers::new(slots.len());
        self.begin_function(unit_signature(REGISTER_ARGS));
        let homed = Lowering::<E>::new(
            request,
            linker,
            &self.stubs,
            &mut self.entities,
            &mut self.cranelift.func,
            slots.as_ptr() as usize,
            gathers.ranges_address(),
            guard_counter.as_deref().map_or(0, |c| c.as_ptr() as usize),
        )
        .counting_entries(entries.as_deref().map(|c| c.as_ptr() as usize))
        .run()?;
        gathers.fill(&homed.gathered);
        let built = Instant::now();

        let clif = options.disassemble.then(|| self.cranelift.func.display().to_string());
        if options.verify || cfg!(debug_assertions) {
            cranelift_codegen::verify_function(&self.cranelift.func, &*isa).map_err(|errors| {
                CodegenError::Rejected(format!("{errors}\n{}", self.cranelift.func.display()))
            })?;
        }
        self.cranelift.set_disasm(options.disassemble);
        let (assembled, mut timings) = stages::timed(|| self.assemble(&isa));
        let Assembled { code, offset, asm } = assembled?;
        let assembled = Instant::now();
        let block = self.memory.install(&code, offset)?;
        timings.set(Stage::Build, built - begin);
        timings.set(Stage::Install, assembled.elapsed());

        Ok(CompiledUnit {
            code: block.start(),
            code_bytes: code.len(),
            slots,
            exit_ops,
            homes: homed.homes,
            timings,
            asm,
            clif,
            _owned: Owned::Machine(block),
            _gathers: Some(gathers),
            entries,
            _guard_counter: guard_counter,
        })
    }

    /// See [`Backend::enter`].
    pub fn enter(&self) -> EnterFn {
        // SAFETY: `build_enter_stub` makes a System V function of exactly this signature; the stub lives as long as the
        // code memory, which every unit keeps alive.
        unsafe { std::mem::transmute::<usize, EnterFn>(self.stubs.enter) }
    }

    /// See [`Backend::exit_stub`].
    pub fn exit_stub(&self) -> *const u8 {
        self.stubs.exit as *const u8
    }

    /// See [`Backend::call_stub`].
    pub fn call_stub(&self) -> *const u8 {
        self.stubs.call as *const u8
    }

    fn isa(&mut self, optimise: bool, single_pass: bool) -> Result<OwnedTargetIsa, CodegenError> {
        let cached = &mut self.isas[isa_index(optimise, single_pass)];
        if let Some(isa) = cached {
            return Ok(isa.clone());
        }
        Ok(cached.insert(make_isa(optimise, single_pass)?).clone())
    }

    fn begin_function(&mut self, signature: Signature) {
        self.cranelift.clear();
        self.cranelift.func.signature = signature;
        self.cranelift.func.name = UserFuncName::default();
    }

    /// Compiles the current function to relocated bytes.
    fn assemble(&mut self, isa: &OwnedTargetIsa) -> Result<Assembled, CodegenError> {
        self.cranelift
            .compile(&**isa, &mut ControlPlane::default())
            .map_err(|e| CodegenError::Rejected(format!("{:?}", e.inner)))?;
        let mut compiled =
            self.cranelift.take_compiled_code().expect("compile leaves its result in the context");
        let mut code = compiled.code_buffer().to_vec();
        for reloc in compiled.buffer.relocs() {
            let FinalizedRelocTarget::ExternalName(ExternalName::LibCall(name)) = &reloc.target else {
                return Err(CodegenError::Rejected(format!("relocation to {:?}", reloc.target)));
            };
            let (Reloc::Abs8, Some(address)) = (reloc.kind, runtime::libcall_address(*name)) else {
                return Err(CodegenError::Rejected(format!("relocation {:?} to {name:?}", reloc.kind)));
            };
            let word = (address as i64 + reloc.addend).to_le_bytes();
            code[reloc.offset as usize..][..8].copy_from_slice(&word);
        }
        let mut loops = Vec::new();
        for marked in compiled.buffer.get_srclocs_sorted() {
            let range = marked.start as usize..marked.end as usize;
            match marked.loc.bits() {
                CHECKED => {
                    branch_on_flag(&mut code, range.end);
                }
                JUMP => loops.extend(loop_of(&code, range)),
                _ => {}
            }
        }
        let offset = offset_in_line(&loops, compiled.buffer.alignment as usize);
        Ok(Assembled { code, offset, asm: compiled.vcode.take() })
    }

    fn stub(
        &mut self,
        isa: &OwnedTargetIsa,
        signature: Signature,
        build: impl FnOnce(&mut FuncCursor<'_>, &[Value]),
    ) -> Result<usize, CodegenError> {
        self.begin_function(signature);
        build_body(&mut self.cranelift.func, build);
        cranelift_codegen::verify_function(&self.cranelift.func, &**isa)
            .map_err(|errors| CodegenError::Rejected(errors.to_string()))?;
        let Assembled { code, offset, .. } = self.assemble(isa)?;
        let block: CodeBlock = self.memory.install(&code, offset)?;
        Ok(block.leak() as usize)
    }

    /// A stub that calls the System V function at `target` with `args` words, the context first, and leaves its
    /// result in the first scratch word.
    fn slow_path(&mut self, isa: &OwnedTargetIsa, args: usize, target: usize) -> Result<usize, CodegenError> {
        self.stub(isa, stub_signature(), |cur, params| {
            let ctx = params[0];
            let mut all = vec![ctx];
            for i in 0..args - 1 {
                let offset = SCRATCH_OFFSET + 8 * i as i32;
                all.push(cur.ins().load(types::I64, MemFlagsData::trusted(), ctx, offset));
            }
            let signature = cur.func.import_signature(words_signature(CallConv::SystemV, args, 1));
            let target = cur.ins().iconst(types::I64, target as i64);
            let call = cur.ins().call_indirect(signature, target, &all);
            let result = cur.func.dfg.first_result(call);
            cur.ins().store(MemFlagsData::trusted(), result, ctx, SCRATCH_OFFSET);
            cur.ins().return_(&[]);
        })
    }
}

impl<E: Encoding> Backend for Compiler<E> {
    fn compile(&mut self, request: &UnitRequest, linker: &dyn Linker) -> Result<CompiledUnit, CodegenError> {
        Compiler::compile(self, request, linker)
    }
    fn enter(&self) -> EnterFn {
        Compiler::enter(self)
    }
    fn exit_stub(&self) -> *const u8 {
        Compiler::exit_stub(self)
    }
    fn call_stub(&self) -> *const u8 {
        Compiler::call_stub(self)
    }
}

fn exit_ops(request: &UnitRequest) -> Vec<u32> {
    request.trace.ops.iter().enumerate().filter(|(_, op)| has_exit(op)).map(|(i, _)| i as u32).collect()
}

/// A signature of 64-bit words.
pub(crate) fn words_signature(convention: CallConv, params: usize, returns: usize) -> Signature {
    let mut signature = Signature::new(convention);
    signature.params = vec![AbiParam::new(types::I64); params];
    signature.returns = vec![AbiParam::new(types::I64); returns];
    signature
}

/// Signature of a slow-path stub: `(ctx)`, preserving every register.
pub(crate) fn stub_signature() -> Signature {
    words_signature(CallConv::PreserveAll, 1, 0)
}

fn build_body(func: &mut Function, build: impl FnOnce(&mut FuncCursor<'_>, &[Value])) {
    let block = lower::entry_block(func);
    let params = func.dfg.block_params(block).to_vec();
    let mut cursor = FuncCursor::new(func);
    cursor.goto_bottom(block);
    build(&mut cursor, &params);
}

/// `(ctx, selector, ..) -> (EXIT, number)` where a negative selector is the complement of the number.
fn build_exit_stub(cur: &mut FuncCursor<'_>, params: &[Value]) {
    let sign = cur.ins().sshr_imm_u(params[1], 63);
    let number = cur.ins().bxor(params[1], sign);
    let status = cur.ins().iconst(types::I64, Status::EXIT.0 as i64);
    cur.ins().return_(&[status, number]);
}

/// `(ctx, selector, words) -> (EXIT, selector)`, with the words in the transfer buffer: it has room for those that mean nothing.
fn build_call_stub(cur: &mut FuncCursor<'_>, params: &[Value]) {
    for (i, word) in params[2..].iter().enumerate() {
        let offset = Context::TRANSFER_OFFSET + 8 * i as i32;
        cur.ins().store(MemFlagsData::trusted(), *word, params[0], offset);
    }
    let status = cur.ins().iconst(types::I64, Status::EXIT.0 as i64);
    cur.ins().return_(&[status, params[1]]);
}

fn enter_signature() -> Signature {
    words_signature(CallConv::SystemV, 3, 2)
}

/// `(ctx, code, selector) -> Outcome`: from the System V convention to that of units.
fn build_enter_stub(cur: &mut FuncCursor<'_>, params: &[Value]) {
    let signature = cur.func.import_signature(unit_signature(0));
    let call = cur.ins().call_indirect(signature, params[1], &[params[0], params[2]]);
    let results = cur.func.dfg.inst_results(call).to_vec();
    cur.ins().return_(&results);
}

const _: () = {
    assert!(std::mem::size_of::<ExitSlot>() == 8);
    // The context's fields are reached by 32-bit offsets.
    assert!(std::mem::size_of::<Context>() < i32::MAX as usize);
};
