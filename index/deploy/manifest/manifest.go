// Package manifest reads Kubernetes objects from YAML: workloads with their
// containers, the ConfigMaps and Secrets that these name, and topics that are
// declared. Assemble works out what a set of objects deploys once all of them
// are applied: the variables of each container by Kubernetes' own rules, what it
// starts, and the files that are mounted into it.
//
// The package must not know where objects come from. A caller that has rendered
// or built them (Helm, Kustomize) says with a Locate function where a person
// would edit what stands at a place of the text. Values of Secrets are never read.
package manifest

import (
	"bytes"
	"cmp"
	"fmt"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
	"topicls/index/deploy/yamldoc"
)

// A Place is where a text is edited.
type Place struct {
	Pos    deploy.Pos
	Raw    string        // as it is written there
	Origin []deploy.Step // further places it came from, nearest first
}

// Locate tells where what stands at a place of the text that was read is edited.
type Locate func(deploy.Pos) Place

// A Scalar is a text and where it is edited.
type Scalar struct {
	Text string
	Place
}

// File is what a text says.
type File struct {
	Objects  []*Object // those of which something counts here, in their order
	Problems []deploy.Problem
}

// An ID is what tells an object from the others of a cluster.
type ID struct{ Kind, Namespace, Name string }

func (id ID) String() string {
	if id.Namespace == "" {
		return id.Kind + " " + id.Name
	}
	return id.Kind + " " + id.Namespace + "/" + id.Name
}

// An Object is a Kubernetes object. It does not change once it is read.
type Object struct {
	ID
	// Title is its name for people, where what makes it adds to that; "" for Name.
	Title    string
	Pos      deploy.Pos // of its name
	Workload *Workload  // nil for other objects
	Map      *Map       // the contents of a ConfigMap or Secret, else nil
	Topic    *deploy.DeclaredTopic
	// Broker says that the object is a Kafka cluster that an operator runs.
	Broker bool
}

// title is the object's name for people.
func (o *Object) title() string { return cmp.Or(o.Title, o.Name) }

// A Workload is what runs containers.
type Workload struct {
	Labels, Annotations map[string]string // of its pods
	Containers          []Container
	Volumes             []Volume
	// Ends says that its pods end, as those of a Job do.
	Ends bool
	// Fragment says that it is a part of a workload, which something lays over the
	// whole: no container has an image, and nothing selects its pods.
	Fragment bool
}

// A Container is one of a workload's.
type Container struct {
	Name          Scalar
	Init          bool // runs before the others, and ends
	Image         string
	Installed     bool     // the image is known to hold no code of a workspace
	Broker        bool     // the image is a Kafka broker's
	Command, Args []string // nil when not given
	Workdir       string
	CommandPos    deploy.Pos // of the command, else of the arguments
	Env           []Env
	EnvFrom       []EnvFrom
	Mounts        []Mount
}

// Env is an entry of `env`.
type Env struct {
	Name  Scalar
	Value Scalar // when there is no From
	From  *From
}

// From is where an entry of `env` takes its value from.
type From struct {
	Kind     string // "ConfigMap", "Secret", "field", or the key of another source
	Name     Scalar // of the object, or the field's path
	Key      Scalar
	Optional bool
}

// EnvFrom is an entry of `envFrom`.
type EnvFrom struct {
	Kind     string // "ConfigMap" or "Secret"
	Name     Scalar
	Prefix   string
	Optional bool
}

// A Volume holds files of ConfigMaps and Secrets; other volumes have no sources.
type Volume struct {
	Name    string
	Sources []VolumeSource
}

// VolumeSource is one ConfigMap or Secret of a volume.
type VolumeSource struct {
	Kind     string // "ConfigMap" or "Secret"
	Name     Scalar
	Optional bool
	Items    map[string]string // path by key; nil for all keys under their own names
}

// A Mount puts a volume into a container.
type Mount struct{ Volume, Path, SubPath string }

// A Map is what a ConfigMap or Secret has.
type Map struct {
	Entries []Entry // sorted by key; of Secrets without values
	// More says that there are entries that are not known here.
	More string
}

// An Entry is one of a Map's.
type Entry struct {
	Key   Scalar
	Value Scalar
	Lines []deploy.Pos  // see deploy.MountedFile
	Parts []deploy.Part // see deploy.MountedFile
}

// Likely reports whether a text may hold manifests: a search for two words, to
// spare the rest of the workspace's YAML files the parsing.
func Likely(data []byte) bool {
	return bytes.Contains(data, []byte("apiVersion")) && bytes.Contains(data, []byte("kind"))
}

// Parse reads a file that is edited as it is.
func Parse(file string, data []byte) *File {
	return Read(yamldoc.ParseAll(file, data), nil)
}

// Read reads a YAML file whose parts are edited where locate says; nil stands
// for the file itself.
func Read(doc *yamldoc.Document, locate Locate) *File { return newReader(doc, locate).read() }

func newReader(doc *yamldoc.Document, locate Locate) *reader {
	r := &reader{doc: doc, locate: locate, file: &File{}}
	if r.locate == nil {
		r.locate = func(p deploy.Pos) Place { return Place{Pos: p, Raw: doc.Text.Slice(p)} }
	}
	r.maps = yamldoc.NewMapper(func(n *yaml.Node, message string) { r.problem(n, "%s", message) })
	return r
}

func (r *reader) read() *File {
	if err := r.doc.Err; err != nil {
		r.file.Problems = append(r.file.Problems, deploy.Problem{Pos: r.locate(err.Pos).Pos, Message: err.Message})
	}
	for _, root := range r.doc.Roots {
		r.object(root, 0)
	}
	return r.file
}

// ReadPart reads what is laid over an object that is told otherwise: kind is its
// kind, "" for any.
func ReadPart(doc *yamldoc.Document, locate Locate, kind string) *File {
	r := newReader(doc, locate)
	r.part, r.kind = true, kind
	return r.read()
}

// maxObjects bounds the objects of one file: aliases repeat text.
const maxObjects = 20_000

// maxEntries bounds the entries of one file's objects, for the same reason.
const maxEntries = 200_000

type reader struct {
	doc     *yamldoc.Document
	maps    *yamldoc.Mapper
	locate  Locate
	file    *File
	entries int
	part    bool   // an object may leave out what it is
	kind    string // what it is then
}

func (r *reader) problem(n *yaml.Node, format string, args ...any) {
	r.file.Problems = append(r.file.Problems, deploy.Problem{Pos: r.pos(n), Message: fmt.Sprintf(format, args...)})
}

func (r *reader) pos(n *yaml.Node) deploy.Pos { return r.locate(r.doc.Pos(n)).Pos }

// afford reports whether one more entry may be made.
func (r *reader) afford() bool {
	r.entries++
	return r.entries <= maxEntries
}

// scalar returns a text with its place; false for what is no text.
func (r *reader) scalar(n *yaml.Node) (Scalar, bool) {
	if n == nil {
		return Scalar{}, false
	}
	target := yamldoc.Deref(n)
	if target.Kind != yaml.ScalarNode || yamldoc.IsNull(n) {
		return Scalar{}, false
	}
	s := Scalar{Text: target.Value, Place: r.locate(r.doc.Pos(target))}
	if n.Kind == yaml.AliasNode {
		s.Origin = append([]deploy.Step{{Pos: r.pos(n), What: "*" + n.Value}}, s.Origin...)
	}
	return s, true
}

// text returns a text; "" for what is none.
func (r *reader) text(n *yaml.Node) string {
	if n == nil || yamldoc.IsNull(n) || yamldoc.Deref(n).Kind != yaml.ScalarNode {
		return ""
	}
	return yamldoc.Deref(n).Value
}

// get returns what stands below a path of keys, or nil.
func (r *reader) get(n *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		if n == nil {
			return nil
		}
		n = r.maps.Get(n, key)
	}
	if n == nil || yamldoc.IsNull(n) {
		return nil
	}
	return n
}

// items returns the elements of a list; nil for what is none.
func items(n *yaml.Node) []*yaml.Node {
	if n == nil || yamldoc.Deref(n).Kind != yaml.SequenceNode {
		return nil
	}
	return yamldoc.Deref(n).Content
}

// texts returns the texts of a list; nil when there is none.
func (r *reader) texts(n *yaml.Node) []string {
	if n == nil || yamldoc.Deref(n).Kind != yaml.SequenceNode {
		return nil
	}
	out := []string{}
	for _, item := range items(n) {
		if !r.afford() {
			break
		}
		out = append(out, r.text(item))
	}
	return out
}

// strings returns a mapping of texts.
func (r *reader) strings(n *yaml.Node) map[string]string {
	if n == nil {
		return nil
	}
	out := map[string]string{}
	for _, p := range r.maps.Pairs(n) {
		if !r.afford() {
			break
		}
		out[yamldoc.Deref(p.Key).Value] = r.text(p.Value)
	}
	return out
}
