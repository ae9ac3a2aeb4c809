package helm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	helmchart "helm.sh/helm/v3/pkg/chart"

	"topicls/index/deploy"
)

// Charts that `helm dependency build` has fetched are archives in the folder charts,
// called by their name and version. They are read like the folders that they
// would be, from memory: nothing is unpacked to disk. What stands in one has the
// archive as its place.

// What an archive may hold at most; Helm's own limits are larger.
const (
	maxPacked     = 4 << 20  // bytes of the archive
	maxUnpacked   = 16 << 20 // of all its files
	maxPackedFile = 1 << 20  // of one of them
	packedEnd     = ".tgz"
)

// An unpackedFS is a workspace in which archives are folders, once they were read.
type unpackedFS struct {
	*deploy.Recorder
	files map[string][]byte
}

// ReadFile implements deploy.FS.
func (u *unpackedFS) ReadFile(p string) ([]byte, error) {
	if data, ok := u.files[p]; ok {
		return data, nil
	}
	if isPacked(p) {
		return nil, errNotPacked
	}
	return u.Recorder.ReadFile(p)
}

// IsFile is like the function deploy.IsFile.
func (u *unpackedFS) IsFile(p string) bool {
	_, ok := u.files[p]
	return ok || !isPacked(p) && u.Recorder.IsFile(p)
}

// List implements deploy.FS.
func (u *unpackedFS) List(dir string) []string {
	if !isPacked(dir + "/") {
		return u.Recorder.List(dir)
	}
	var out []string
	for p := range u.files {
		if strings.HasPrefix(p, dir+"/") {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

var errNotPacked = errors.New("there is no such file in the archive")

// isPacked reports whether a path leads into an archive.
func isPacked(p string) bool { return strings.Contains(p, packedEnd+"/") }

// fromPacked reports whether a place is an archive, or in one.
func fromPacked(p string) bool { return isPacked(p + "/") }

// editedIn gives what stands in an archive the archive as its place.
func editedIn(file string) func(start, end int) deploy.Pos {
	if !isPacked(file) {
		return nil
	}
	archive := file[:strings.Index(file, packedEnd+"/")+len(packedEnd)]
	return func(int, int) deploy.Pos { return deploy.Pos{File: archive, Line: 1, Column: 1} }
}

// unpack reads the archive of a dependency and returns the folder that it is, or ""
// when there is none.
func (l *folderLoader) unpack(c *chartFiles, r *helmchart.Dependency) string {
	if isPacked(c.dir+"/") || r.Name != path.Base(r.Name) {
		return "" // Helm has those of a packed chart in it, as folders
	}
	for _, version := range l.versions(c, r) {
		archive := path.Join(c.dir, "charts", r.Name+"-"+version+packedEnd)
		data, err := l.fs.ReadFile(archive)
		if err != nil {
			continue
		}
		files, err := unpack(data)
		if err != nil {
			l.problem(deploy.Problem{Pos: l.dependencyPos(c, r.Name), Message: fmt.Sprintf("%s is not read: %v", archive, err), Absent: true})
			return ""
		}
		if l.fs.files == nil {
			l.fs.files = map[string][]byte{}
		}
		for name, data := range files {
			l.fs.files[archive+"/"+name] = data
		}
		return archive
	}
	return ""
}

// versions are those that a dependency's archive may have: the locked one, and the
// one that Chart.yaml names.
func (l *folderLoader) versions(c *chartFiles, r *helmchart.Dependency) []string {
	var out []string
	for _, name := range []string{"Chart.lock", "requirements.lock"} {
		var lock helmchart.Lock
		if data, err := l.fs.ReadFile(path.Join(c.dir, name)); err != nil || unmarshal(data, &lock) != nil {
			continue
		}
		for _, d := range lock.Dependencies {
			if d != nil && d.Name == r.Name {
				out = append(out, d.Version)
			}
		}
	}
	out = append(out, strings.TrimPrefix(strings.TrimPrefix(r.Version, "="), "v"), r.Version)
	return slices.DeleteFunc(out, func(v string) bool { return v == "" || strings.ContainsAny(v, "/\\*<>|~^ ") })
}

// unpack returns the files of a packed chart, by their names below its folder.
func unpack(data []byte) (map[string][]byte, error) {
	if len(data) > maxPacked {
		return nil, fmt.Errorf("it is larger than %d bytes", maxPacked)
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("it is no archive: %w", err)
	}
	t := tar.NewReader(io.LimitReader(z, maxUnpacked))
	out := map[string][]byte{}
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("it can't be read: %w", err)
		}
		_, name, below := strings.Cut(path.Clean("/" + strings.ReplaceAll(h.Name, "\\", "/"))[1:], "/")
		if h.Typeflag != tar.TypeReg || !below || h.Size > maxPackedFile {
			continue
		}
		if len(out) >= maxFiles {
			return nil, fmt.Errorf("it has more than %d files", maxFiles)
		}
		file, err := io.ReadAll(t)
		if err != nil {
			return nil, fmt.Errorf("it can't be read: %w", err)
		}
		out[name] = file
	}
}
