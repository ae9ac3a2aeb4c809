// Package store keeps between runs what was found out about workspaces, so that
// a second start reads only what changed. It is a folder of the user's, outside
// of every workspace, and a cache in the strict sense: whatever is missing in
// it, damaged, or can't be written costs time and nothing else.
//
// It knows folders, files, keys and bytes, and not what is in them; package
// index decides that. Three rules hold here:
//
//   - What is kept belongs to one build of the program. Another build has other
//     keys, so that no change of the code can be forgotten in a version number.
//   - Files are written under another name, renamed when complete and never
//     changed, so that any number of programs may use one folder at once without
//     locks: the last writer wins, and a reader has the old file or the new one.
//   - Everything that is read is held against its checksum.
//
// Folders and files can be read by their owner alone.
package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// EnvDir is the variable that says where the store is.
const EnvDir = "TOPICLS_CACHE_DIR"

// DefaultLimit is how many bytes a store may take.
const DefaultLimit = 512 << 20

const (
	// marker tells programs that make backups to leave a folder out.
	marker     = "CACHEDIR.TAG"
	markerText = "Signature: 8a477f597d28d172789f06886806bc55\n# The cache of Topicls. It can be removed at any time: topicls cache clear\n"

	tempPrefix   = ".new-"
	rootName     = "root" // in a workspace's folder: which one it is
	lastName     = "last" // likewise: how the last start went
	segmentExt   = ".facts"
	maxSegments  = 8
	abandoned    = time.Hour           // the age at which what a writer left behind is removed
	otherBuilds  = 30 * 24 * time.Hour // how long what other builds keep stays without being used
	maxRootBytes = 1 << 16
)

// Store is a folder in which things are kept.
type Store struct {
	dir     string
	version string
	limit   int64
}

// Options change a store. The zero value is right for most.
type Options struct {
	Limit   int64  // bytes; 0 means DefaultLimit
	Version string // stands for the build of the program; "" means that it is found out
}

// DefaultDir is the folder that TOPICLS_CACHE_DIR names, or else topicls in the
// user's cache folder.
func DefaultDir() (string, error) {
	if dir := os.Getenv(EnvDir); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache: %w", err)
	}
	return filepath.Join(dir, "topicls"), nil
}

// Open opens the store in a folder, which need not exist; nothing is written.
// An error says that the program does not know which build of itself it is.
func Open(dir string, opts Options) (*Store, error) {
	s := &Store{dir: dir, version: opts.Version, limit: opts.Limit}
	if s.limit <= 0 {
		s.limit = DefaultLimit
	}
	if s.version == "" {
		v, err := build()
		if err != nil {
			return nil, fmt.Errorf("open cache: %w", err)
		}
		s.version = v
	}
	s.version = digest(s.version)[:versionLen]
	return s, nil
}

// Dir is the store's folder.
func (s *Store) Dir() string { return s.dir }

// build identifies the running program. Each build, and each copy of one, is
// another: what the file of the program is, not what is in it, so that asking
// costs nothing.
func build() (string, error) {
	exe, err := os.Executable()
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(exe); err == nil {
		exe = real
	}
	info, err := os.Stat(exe)
	if err != nil {
		return "", err
	}
	return fmt.Sprint(exe, "\x00", info.Size(), info.ModTime().UnixNano(), identity(info)), nil
}

const (
	versionLen = 16
	digestLen  = 32
)

// isDigest reports whether a name is one that digest gives, or the begin of one.
func isDigest(name string, n int) bool {
	return len(name) == n && strings.Trim(name, "0123456789abcdef") == ""
}

// digest names a list of strings.
func digest(list ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(list, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// Workspace returns what is kept of a workspace. root is its absolute path.
func (s *Store) Workspace(root string) *Workspace {
	return &Workspace{store: s, root: root, dir: filepath.Join(s.dir, s.version, digest(root))}
}

// Info is what a store holds.
type Info struct {
	Dir        string
	Limit      int64
	Size       int64
	Workspaces []WorkspaceInfo // those used last first
}

// WorkspaceInfo is what a store holds of one workspace, for one build.
type WorkspaceInfo struct {
	Root    string // its path
	Current bool   // of the running build
	Size    int64
	Entries int // files whose facts are kept
	Used    time.Time
	// Of the files of code that the last start looked at, how many were kept.
	LastFiles, LastHits int

	dir string
}

// Info looks at what is there.
func (s *Store) Info() (Info, error) {
	info := Info{Dir: s.dir, Limit: s.limit}
	versions, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return info, nil
	}
	if err != nil {
		return info, fmt.Errorf("look at the cache: %w", err)
	}
	for _, v := range versions { // only what looks like it was made here: the folder may be anybody's
		if !v.IsDir() || !isDigest(v.Name(), versionLen) {
			continue
		}
		spaces, err := os.ReadDir(filepath.Join(s.dir, v.Name()))
		if err != nil {
			continue // removed meanwhile, or not ours
		}
		for _, d := range spaces {
			if d.IsDir() && isDigest(d.Name(), digestLen) {
				w := s.look(filepath.Join(s.dir, v.Name(), d.Name()))
				if w.Root == "" {
					continue
				}
				w.Current = v.Name() == s.version
				info.Size += w.Size
				info.Workspaces = append(info.Workspaces, w)
			}
		}
	}
	slices.SortFunc(info.Workspaces, func(a, b WorkspaceInfo) int { return b.Used.Compare(a.Used) })
	return info, nil
}

func (s *Store) look(dir string) WorkspaceInfo {
	w := WorkspaceInfo{dir: dir}
	if info, err := os.Stat(dir); err == nil {
		w.Used = info.ModTime()
	}
	if root, err := readSmall(filepath.Join(dir, rootName)); err == nil {
		w.Root = string(root)
	}
	if last, err := readSmall(filepath.Join(dir, lastName)); err == nil {
		if _, err := fmt.Sscan(string(last), &w.LastFiles, &w.LastHits); err != nil {
			w.LastFiles = 0
		}
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		return w
	}
	for _, d := range list {
		info, err := d.Info()
		if err != nil {
			continue
		}
		w.Size += info.Size()
		if filepath.Ext(d.Name()) == segmentExt {
			if a, err := openArchive(filepath.Join(dir, d.Name())); err == nil {
				for i := range a.len() {
					if a.row(i)[0] == byte(kindInfo) {
						w.Entries++
					}
				}
				a.close()
			}
		}
	}
	return w
}

func readSmall(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxRootBytes {
		return nil, errDamaged
	}
	return os.ReadFile(path)
}

// Clear removes all that is kept, of all builds, and nothing else that may be in
// the folder. It returns how many bytes that gave back.
func (s *Store) Clear() (int64, error) {
	info, err := s.Info()
	if err != nil {
		return 0, err
	}
	var errs []error
	var freed int64
	for _, w := range info.Workspaces {
		if err := os.RemoveAll(w.dir); err != nil {
			errs = append(errs, fmt.Errorf("clear cache: %w", err))
			continue
		}
		freed += w.Size
		leave(filepath.Dir(w.dir))
	}
	return freed, errors.Join(errs...)
}

// evict removes what was used longest ago until the rest fits, but for what is
// in keep unless that alone is too large; and what nobody will use any more.
func (s *Store) evict(keep string, now time.Time) error {
	info, err := s.Info()
	if err != nil {
		return err
	}
	var errs []error
	size := info.Size
	for i := len(info.Workspaces) - 1; i >= 0; i-- {
		w := info.Workspaces[i]
		if size > s.limit && w.dir != keep || !w.Current && now.Sub(w.Used) > otherBuilds {
			errs = append(errs, os.RemoveAll(w.dir))
			leave(filepath.Dir(w.dir))
			size -= w.Size
		}
	}
	if size > s.limit {
		errs = append(errs, os.RemoveAll(keep))
	}
	return errors.Join(errs...)
}

// leave removes the folder of a build when nothing is kept in it any more.
func leave(dir string) {
	if list, err := os.ReadDir(dir); err == nil && (len(list) == 0 || len(list) == 1 && list[0].Name() == marker) {
		_ = os.Remove(filepath.Join(dir, marker))
		_ = os.Remove(dir)
	}
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
