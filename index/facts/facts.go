// Package facts defines what one source file says, in no language's terms.
//
// A file's facts are flat tables: expressions, scopes, bindings, calls,
// returns and imports. They are plain data: serialisable, without pointers,
// and a pure function of (language, extractor version, bytes). Extractors fill
// them, flow reads them. Nothing Kafka-specific is decided here, and nothing
// here reads a file or knows a second one.
//
// References between rows are indexes. Row 0 of Exprs, Scopes and Blocks is
// reserved: expression 0 means "none", scope 0 is the module itself, block 0
// is the module's straight-line block. An expression's operands stand in front
// of it, and a scope or block behind the one that holds it, so that no walk
// along references runs in a circle. [File.Check] says what else holds.
package facts

// ExprID indexes File.Exprs; 0 means no expression.
type ExprID int32

// ScopeID indexes File.Scopes; 0 is the module scope.
type ScopeID int32

// BlockID indexes File.Blocks; 0 is the module's outermost block.
type BlockID int32

// Sym indexes File.Names; 0 is the empty string.
type Sym uint32

// Span is a half-open range of byte offsets into the file, 0-based.
type Span struct{ Start, End uint32 }

// Contains reports whether off lies in the span, its end included, so that a
// caret right behind a word still belongs to the word.
func (s Span) Contains(off uint32) bool { return s.Start <= off && off <= s.End }

// Kind says what an expression is, and with it what its operands mean.
type Kind uint8

// The kinds. "Kids" are File.Kids[e.Lo:e.Lo+e.N].
const (
	Unknown   Kind = iota // something no rule needs; nested expressions are still in the tables
	String                // Name = decoded text (Bytes flag for byte strings)
	Number                // Name = source text
	Bool                  // Name = "true" or "false"
	None                  // null, None, nil
	Interp                // string interpolation; Kids = parts in order (String parts for the literal text)
	Concat                // X + Y
	Format                // printf-style template X % Kids
	Name                  // Name = identifier; Lo = how many type arguments stand behind it
	Attr                  // X . Name
	Index                 // X [ Y ]
	Call                  // X ( Kids ), each kid an Arg
	Arg                   // argument: X = value; Name = keyword or 0; Spread or SpreadMap for *x and **x
	Map                   // map or record literal; Kids = Entry
	Entry                 // X = value, Y = key; SpreadMap: X is spread into the map
	List                  // list, tuple (Tuple), set (Set) or comprehension (Comp, Kids[0] = element); Spread wraps *x
	Spread                // *X inside a list
	Alt                   // alternatives: Kids in order; Or: the first truthy one; Ternary: Y = the condition
	Func                  // lambda or local function as a value: Scope ScopeID in Lo
	Class                 // class definition as a value: Scope ScopeID in Lo
	Element               // an element of X (loop variable of `for v in X`); Async for async loops
	Item                  // element number Lo of X (unpacking `a, b = X`)
	Enter                 // what `with X as v` binds
	Raised                // the exception that `except X as v` binds
	ImportRef             // the thing that File.Imports[Lo] brings in
	Await                 // await X (Yield flag: yield X)
	ParamRef              // the value of parameter File.Params[Lo] on entry
	Compare               // X op Y; the Op in Lo
	Not                   // true if X counts as false
	Compute               // X Name Y: arithmetic and the like, Name as it is written; Y is 0 for one operand. ":" without operands is a range, of X[a:b]
	Receiver              // what a member of Name that is written without a receiver is a member of: of what `this` is in the functions around, the innermost that has it

	lastKind = Receiver
)

// Op is a comparison.
type Op int32

// The comparisons. What a language has several of (==, ===) is one here,
// unless it asks whether two things are the same object.
const (
	Equal Op = iota
	NotEqual
	Same // the same object
	NotSame
	In // X is an element, key or part of Y
	NotIn
	Less
	AtMost
	Greater
	AtLeast

	lastOp = AtLeast
)

// Flag refines an expression's or a binding's kind.
type Flag uint16

// The flags.
const (
	Bytes     Flag = 1 << iota // String: byte string
	SpreadOne                  // Arg: *x
	SpreadMap                  // Arg, Entry: **x
	Tuple                      // List
	Set                        // List
	Comp                       // List, Map: comprehension
	Or                         // Alt: `a or b`, `??`. Attr, Index: `x?.y`, nothing where X is nothing, in JavaScript
	And                        // Alt: `a and b`: the last one, or the first falsy one
	Ternary                    // Alt: `a if c else b`
	Async                      // Element, Enter
	Yield                      // Await
	Augmented                  // Binding: `x += v`
	Annotated                  // Binding: `x: T = v` (Binding.Annot is set), or declared without a value
	Raw                        // Interp, String: pieces that could not be decoded remain as written
	Scoped                     // Binding: declares a variable that only its block has; in blocks within, the name is this variable until declared again
	Keys                       // Element: the keys of X where it has some: what `for k in X` goes over in JavaScript, the first variable of `for k, v := range X` in Go
)

// Expr is one expression. See Kind for what the fields mean.
type Expr struct {
	Kind  Kind
	Flag  Flag
	Scope ScopeID // the scope it is evaluated in
	Block BlockID // the block it stands in
	Name  Sym
	X, Y  ExprID
	Lo    int32 // first kid in File.Kids, or as Kind says
	N     int32 // number of kids
	Span
}

// ScopeKind says what opened a scope.
type ScopeKind uint8

// The scope kinds.
const (
	ModuleScope ScopeKind = iota
	ClassScope
	FuncScope
	LambdaScope
	CompScope // comprehension
)

// ScopeFlag refines a class's or a function's scope.
type ScopeFlag uint8

// The scope flags.
const (
	Static   ScopeFlag = 1 << iota // a function in a class: it has no receiver. A class: it has one object, itself (Kotlin's object)
	Partial                        // a class: other files of the package have more of it (C#'s partial, Go's methods, extensions)
	Abstract                       // a function without a body; a class that is an interface
	Accessor                       // a function that reading (or, with a parameter more, setting) an attribute calls. A class: see IsAnnotationType
	OfClass                        // a method whose receiver is the class, not an object of it

	allScopeFlags = Static | Partial | Abstract | Accessor | OfClass
)

// AnnotationType is the flag of a class that is an annotation's type.
const AnnotationType = Accessor

// IsAnnotationType reports whether a scope is the class of an annotation's type.
func (s *Scope) IsAnnotationType() bool {
	return s.Kind == ClassScope && s.Flag&AnnotationType != 0
}

// Constructor is what a constructor is called in every language: a function of
// this name in a class's scope. Scope.NameSpan says where its real name stands.
const Constructor = "__init__"

// Scope is a module, class, function, lambda or comprehension.
type Scope struct {
	Kind      ScopeKind
	Flag      ScopeFlag
	Async     bool
	Generator bool // has a yield of its own
	Name      Sym
	Parent    ScopeID
	Block     BlockID // the block, in the parent scope, that holds the definition
	Body      BlockID // the scope's own outermost block
	NameSpan  Span    // the identifier
	Span              // the whole definition, decorators included

	ParamLo, ParamN   int32  // File.Params
	DecorLo, DecorN   int32  // File.Kids: decorator or annotation expressions, evaluated in the parent scope
	BaseLo, BaseN     int32  // File.Kids: base classes, as Arg expressions evaluated in the parent scope
	Result            ExprID // declared result type, or 0
	GlobalLo, GlobalN int32  // File.Globals: names declared `global` or `nonlocal`
}

// ParamKind says how a parameter takes arguments.
type ParamKind uint8

// The parameter kinds.
const (
	Positional  ParamKind = iota // by position or by name
	KeywordOnly                  // by name
	Rest                         // *args
	RestMap                      // **kwargs
)

// Param is a formal parameter.
type Param struct {
	Kind    ParamKind
	Name    Sym
	Default ExprID // evaluated in the parent scope; 0 = none
	Annot   ExprID // declared type; 0 = none
	Span           // the identifier
}

// BlockKind says what a block is part of.
type BlockKind uint8

// The block kinds.
const (
	Body    BlockKind = iota // outermost block of a scope
	Branch                   // an arm of if/elif/else, match: arms of one statement share Group and exclude each other
	Loop                     // a loop's body
	Try                      // the body of try (always entered)
	Handler                  // except: shares Group with its Try
	Finally
	With
)

// Block is a run of statements that are executed together or not at all.
type Block struct {
	Kind   BlockKind
	Parent BlockID
	Scope  ScopeID
	Group  int32  // which statement the arms belong to; unique in the file
	Arm    int32  // which arm of that statement
	Cond   ExprID // Branch: the condition under which the arm is entered (0 for else)
	Leaves bool   // its end is never reached: it returns, raises, or goes on with or leaves a loop
	Span
}

// TargetKind says what a binding writes to.
type TargetKind uint8

// The targets of a binding.
const (
	ToName  TargetKind = iota // Name = value
	ToAttr                    // Obj.Name = value
	ToIndex                   // Obj[Key] = value
)

// Binding is one assignment: plain, augmented, by definition, import, loop,
// with or except. Function and class definitions and imports are bindings too.
type Binding struct {
	Target TargetKind
	Flag   Flag
	Scope  ScopeID // the scope the statement stands in
	Block  BlockID
	Name   Sym    // the name or attribute
	Obj    ExprID // ToAttr, ToIndex
	Key    ExprID // ToIndex
	Value  ExprID // 0 for a bare declaration
	Annot  ExprID // declared type, or 0
	Span          // the target
}

// Return is a return (or, with Yield, a yield) of a function. A lambda's body
// is a return too.
type Return struct {
	Yield bool
	Scope ScopeID
	Block BlockID
	Value ExprID
}

// Import is one imported thing.
type Import struct {
	Scope  ScopeID
	Level  int32 // number of leading dots of a relative import
	Module Sym   // dotted module path without the leading dots; may be empty when Level > 0
	Member Sym   // imported member; 0 when the module itself is imported
	Local  Sym   // name bound; for `import a.b.c` without `as` this is "a"; 0 for a star import
	Star   bool
	Span   // the imported name as written
}

// Directive is a comment addressed to topicls, such as
// `# topicls: ignore[topic-no-consumer]`. Text is what follows "topicls:".
type Directive struct {
	Text string
	Span
}

// ProblemKind says why a part of a file has no facts.
type ProblemKind uint8

// The problems.
const (
	SyntaxError ProblemKind = iota
	TooDeep
	TooLarge
	TimedOut
	Binary
	NotUTF8
)

// Problem is a part of a file that could not be read.
type Problem struct {
	Kind ProblemKind
	Span
}

// File is what one source file says.
type File struct {
	Lang       string
	Package    Sym      // the package or namespace that the file says it is part of, dotted; 0 if it says none
	Names      []string // Names[0] == ""
	Exprs      []Expr   // Exprs[0] is reserved
	Kids       []ExprID
	Scopes     []Scope // Scopes[0] is the module
	Params     []Param
	Blocks     []Block   // Blocks[0] is the module's body
	Bindings   []Binding // in source order
	Returns    []Return
	Imports    []Import
	Globals    []Sym
	Calls      []ExprID // every Call expression, in source order
	Main       Span     // the code guarded as the program's entry point; empty if there is none
	Directives []Directive
	Problems   []Problem
	LineStarts []uint32 // byte offset of each line's first byte
	ASCII      bool     // the file has no byte above 0x7F
}

// Text returns the string of a symbol.
func (f *File) Text(s Sym) string { return f.Names[s] }

// Operands returns the kids of e.
func (f *File) Operands(e *Expr) []ExprID {
	if e.N == 0 {
		return nil
	}
	return f.Kids[e.Lo : e.Lo+e.N]
}

// At returns the expression with the given id.
func (f *File) At(id ExprID) *Expr { return &f.Exprs[id] }

// ScopeParams returns the parameters of s.
func (f *File) ScopeParams(s *Scope) []Param { return f.Params[s.ParamLo : s.ParamLo+s.ParamN] }

// Decorators returns the decorator expressions of s.
func (f *File) Decorators(s *Scope) []ExprID { return f.Kids[s.DecorLo : s.DecorLo+s.DecorN] }

// Bases returns the base class arguments of s.
func (f *File) Bases(s *Scope) []ExprID { return f.Kids[s.BaseLo : s.BaseLo+s.BaseN] }

// GlobalNames returns the names that s declares global or nonlocal.
func (f *File) GlobalNames(s *Scope) []Sym { return f.Globals[s.GlobalLo : s.GlobalLo+s.GlobalN] }
