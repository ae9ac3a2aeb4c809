// Package source knows the workspace's files: which there are and matter,
// their bytes with open editors' text laid over them, their identity, and the
// positions in them.
//
// [Walk] finds files, [Open] keeps them as a [Set], an immutable snapshot from
// which [Set.With] makes the next one. The rule between the two: a Set that
// was told of every change equals one opened afresh on the same tree.
//
// All paths are relative to the root, slash-separated and clean; "." is the
// root. They are bytes as the file system has them, not necessarily UTF-8.
// Nothing outside the root is read and nothing is written.
package source

import "io/fs"

// Entry is one file that matters.
type Entry struct {
	Path    string      // relative to the root
	Size    int64       // bytes; of the open text when Overlay is set
	ModTime int64       // nanoseconds since 1970 UTC; 0 when Overlay is set
	Changed int64       // likewise when the bytes or what is known of the file last changed, which no program can set; 0 where the system doesn't tell
	Mode    fs.FileMode // as on disk, of the target when the file is a link; 0 for text that is only open
	Kind    Kind
	Lang    Language // for KindCode
	Test    bool     // IsTest(Path)
	Overlay bool     // the bytes are an open editor's
}

func (e Entry) Key() string { return e.Path }

// Problem is a part of the tree that could not be taken in.
type Problem struct {
	Path    string // relative to the root, "." for the root
	Message string // for people, without the path
}

func (p Problem) Key() string { return p.Path }
