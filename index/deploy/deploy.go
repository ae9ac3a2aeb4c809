// Package deploy defines what deployment files say, whatever their kind:
// environments, the services they deploy, and each service's variables and
// code. Readers of one kind (compose, dockerfile, dotenv, ...) are packages
// below this one. They read through an FS, never outside the workspace, and
// run nothing.
package deploy

// FS gives readers the workspace's bytes, open editors' unsaved text included.
// Paths are relative to the workspace root, slash-separated and clean ("."
// is the root). Implementations never leave the root: a path outside it is
// an error.
type FS interface {
	// ReadFile returns the bytes of a file.
	ReadFile(path string) ([]byte, error)
	// IsDir reports whether path is a folder that exists.
	IsDir(path string) bool
	// List returns the paths of all known files below dir, sorted.
	List(dir string) []string
}

// IsFile reports whether path is a file that can be read. An FS that knows
// without reading it has a method IsFile, which answers.
func IsFile(fs FS, path string) bool {
	if k, ok := fs.(interface{ IsFile(path string) bool }); ok {
		return k.IsFile(path)
	}
	_, err := fs.ReadFile(path)
	return err == nil
}

// Pos is a place in a workspace file.
type Pos struct {
	File       string // relative path
	Start, End uint32 // byte offsets, 0-based, half-open
	Line       int    // 1-based line of Start
	Column     int    // 1-based column of Start in bytes
}

// Step is one place a value passed through on its way into a variable, such
// as the .env line that an interpolation took it from.
type Step struct {
	Pos  Pos
	What string // in words, for people: "DATA_TOPIC in .env"
}

// VarStatus says how far a variable's value is known.
type VarStatus uint8

// The statuses of a variable.
const (
	VarSet     VarStatus = iota // the value is known
	VarHost                     // passed through from the machine that deploys (`- NAME`, or `${NAME}` set nowhere): not known here
	VarSecret                   // comes from a secret or a field; never read
	VarInvalid                  // could not be computed; Reason says why
)

// Variable is one environment variable of a service in one environment.
type Variable struct {
	Name string
	// Value is the value; for VarHost it is a pattern with * for each part
	// that isn't known, or "" when nothing is.
	Value  string
	Status VarStatus
	Reason string // for VarHost and VarInvalid: why the value is not known
	// Default says that the value is a default of the deployment file
	// (`${NAME:-value}` with NAME set nowhere).
	Default  bool
	NamePos  Pos    // the name, where the winning definition stands
	ValuePos Pos    // the value's text there (the whole scalar without quotes; empty range at the name's end when there is none)
	Raw      string // the value as written, before interpolation
	Origin   []Step // further places it came from, nearest first: the .env line, the anchor, the default
	// Bulk says that the service takes it with all that its source has, which may be
	// more than the service needs: an env_file, a whole ConfigMap.
	Bulk bool
	// Command says that the command that starts the service sets it, or a script that it runs.
	Command bool
	// Hidden are the definitions that this one overrides: of the image, of env files.
	Hidden []Definition
}

// Definition is where a variable is named and where its value stands.
type Definition struct{ NamePos, ValuePos Pos }

// Entry is a program that a service starts.
type Entry struct {
	// File is the workspace path of the program's file, or "" when it can't be told.
	File string
	// Args are the program's arguments after the file.
	Args []string
	// Words is the whole command as it is run.
	Words []string
	// Set are the variables that the command and the scripts that it runs set.
	Set map[string]string
	Pos Pos
}

// Mount is a host folder that a service sees at Target.
type Mount struct{ Source, Target string }

// Build is a shell command that is run while an image is built.
type Build struct {
	Text  string  // with the build's arguments and variables filled in
	Dir   string  // the working directory, in the image
	Files []Mount // what of the workspace is there
}

// Lack is something that a service is to be made from and that is not there.
type Lack struct {
	What  string // in words, for people: "the build context eval does not exist"
	Doubt string // why the service may run all the same; "" for certain
	Pos   Pos
}

// Start is what a manifest says of the command of a container whose image
// something else builds: the image's own command, directory and variables show
// through where it says nothing.
type Start struct {
	// Entrypoint replaces the image's ENTRYPOINT and, unless Args are given, its
	// CMD, as Kubernetes' command does; nil when the image's own is run.
	Entrypoint []string
	// Args replace the image's CMD; nil when they are the image's own.
	Args    []string
	Workdir string // "" for the image's own
	Pos     Pos    // of the command or the arguments
}

// MountedFile is a file that a deployment puts into a service, such as a key of a
// ConfigMap that is mounted.
type MountedFile struct {
	Target string // its path in the service
	Text   string // "" of a secret
	Secret bool
	Pos    Pos // the whole text, or the name of what has it
	// Lines are the places of the text's lines, one each; nil when the text is written
	// in another form. A line has its place byte for byte where the two are of one length.
	Lines []Pos
	// Parts are the values in lines that are rendered, in their order.
	Parts []Part
	// Origin are the places by which it gets there, nearest first.
	Origin []Step
}

// Part is a part of a text that is edited elsewhere than the rest, such as a value
// that a template puts there.
type Part struct {
	Start, End uint32 // in the text
	Pos        Pos
	Exact      bool   // what stands there is the part, byte for byte
	Origin     []Step // further places it came through, nearest first
}

// UnknownText stands in rendered texts for what is given on deploying.
const UnknownText = "\u2370"

// DeclaredTopic is a topic that a deployment creates.
type DeclaredTopic struct {
	Name       string
	Partitions int // 0 when it isn't said
	Pos        Pos // the name
}

// Service is one deployed unit in one environment.
type Service struct {
	ID          string // "compose:eval"
	Name        string
	Environment string // Environment.ID
	Pos         Pos    // the service's name in its file
	Image       string
	// Context is the build context folder relative to the root; "" when the service isn't built from the workspace.
	Context    string
	Dockerfile string
	Target     string // the stage of the Dockerfile that is built; "" for the last
	// Code lists the folders and files (relative to the root) whose code is in the
	// service: what COPY, ADD and volumes bring in, else the build context. Sorted.
	Code []string
	// Roots are the workspace folders that are import roots in the running
	// service: the workspace folder that is copied or mounted to the working
	// directory, folders on PYTHONPATH. Most specific first.
	Roots []string
	// Within is the folder below which the program stands that is started, where
	// its file is not in the workspace but made from what is; "" if that can't be
	// told. Absent says that what it is made from is not in the workspace either.
	Within string
	Absent bool
	// Entries are the programs started: command and entrypoint of the compose
	// file, else CMD and ENTRYPOINT of the Dockerfile. Empty when unknown.
	Entries []Entry
	Builds  []Build // the commands that its image is built by, all stages
	// Lack is what it is to be made from and the workspace does not have; nil for
	// nothing that is certain.
	Lack *Lack
	// Start is what the manifest starts, for readers that know nothing of images
	// (Kubernetes and what renders it): the index finds out what builds the image
	// and sets Context, Dockerfile, Code, Roots, Entries and Infra from it. Nil for
	// readers that set these themselves.
	Start *Start
	Vars  []Variable // sorted by name, each name once
	// MoreVars says why variables may be set that are not in Vars, such as an
	// env_file that isn't in the workspace; "" when Vars is complete.
	MoreVars string
	// Infra says that no code of the workspace runs in it: a broker, database,
	// UI or other image, also one that is only configured on top of such an image.
	Infra bool
	// Named says that the image is not built here: the code is that of a folder
	// which is called like it or the service, in whatever state it was built from.
	Named bool
	// Broker says the image is a Kafka broker (or compatible).
	Broker    bool
	DependsOn []string
	Profiles  []string
	// Files are the texts that are mounted as files, sorted by target.
	Files []MountedFile
	// Workdir is the folder in the container that programs start in; "" when the image
	// is not known. Mounts are the workspace's files and folders in the container, later
	// ones hide earlier ones.
	Workdir string
	Mounts  []Mount
}

// Environment is one way to deploy the services.
type Environment struct {
	ID       string    // "compose", "compose:staging"
	Kind     string    // "compose"
	Dir      string    // folder of its main file
	Files    []string  // main file first, then what it merged, extended or included
	Default  bool      // merged and used when nobody asks for another one
	Services []Service // sorted by name
	Topics   []DeclaredTopic
	// UnusedValues are the keys of values files that nothing uses: of Helm charts.
	UnusedValues []ValueKey
}

// ValueKey is a key of a values file.
type ValueKey struct {
	Key string // with those above it: "kafka.topic"
	Pos Pos
}

// Problem is a part of a deployment file that could not be read.
type Problem struct {
	Pos     Pos
	Message string
	// Absent says that nothing is wrong with the file: what it names is not in
	// the workspace, like an env_file that is kept out of version control.
	Absent bool
}

// A FileSet is one environment that a reader has found, not read yet.
type FileSet struct {
	ID string // the environment's ID: "compose", "compose:staging"
	// Kind says which reader it is of: "compose", "kubernetes", "kustomize", "helm".
	Kind string
	Dir  string // the project folder, relative to the workspace root
	// Files are the files that make the environment what it is, the main file
	// first, then what is merged over it. What those refer to is found while loading.
	Files []string
	// Part says which of several environments it is that the main file describes, in
	// the words of its reader.
	Part string
	// Default says that it answers when nobody asks for another one, among those of
	// its kind.
	Default bool
}

// Loaded is what one file set says.
type Loaded struct {
	Environment Environment
	Problems    []Problem
	// Broken says that a file of it is half-typed or not what it should be, so that
	// the rest is given without it: what the set said before goes on where it is known.
	Broken bool
	// Read lists every file that was read or looked for. A folder in it means
	// that files below it count by their names: load again when one appears or
	// disappears. Sorted.
	Read []string
}

// A Reader reads the environments of one kind. Its results depend only on the
// files; it may remember what it parsed, by content. It is safe for concurrent use.
type Reader interface {
	// Matters reports whether a change to the file, by its name alone, can change
	// what Discover returns.
	Matters(path string) bool
	// Discover finds the environments, sorted by ID with default ones first.
	Discover(fs FS) []FileSet
	// Load loads one of them: again when one of the files it reports as read
	// changed, appeared or disappeared.
	Load(fs FS, set FileSet) Loaded
}

// A Forgetter is a Reader that must be told which files changed, and which of
// them came or went, before it is used again.
type Forgetter interface {
	Forget(changed, moved []string)
}

// Result is everything one reader found.
type Result struct {
	Environments []Environment
	Problems     []Problem
	// Read lists every file that was read or looked for, so that a change to
	// one of them (or its appearance) can invalidate the result. A folder in it
	// means that the names of the files below it count. Sorted.
	Read []string
}
