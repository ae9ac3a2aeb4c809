package dockerfile

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"topicls/index/deploy"
)

// copy evaluates COPY and ADD.
func (b *builder) copy(i *Instruction, s *stage) {
	if heredoc.MatchString(i.Rest) {
		return // a file written in the Dockerfile itself
	}
	args, ok := i.JSON()
	if !ok {
		for _, w := range words(i.Rest, b.file.escape) {
			args = append(args, expand(i.Rest, w.start, w.end, b.file.escape, s.lookup, i.at).Text)
		}
	}
	if len(args) < 2 {
		return
	}
	sources, dest := args[:len(args)-1], args[len(args)-1]
	toDir := len(sources) > 1 || strings.HasSuffix(dest, "/") || path.Base(dest) == "." || path.Base(dest) == ".."
	if !path.IsAbs(dest) {
		dest = path.Join(s.Workdir, dest)
	}
	dest = path.Clean(dest)
	_, parents := i.Flags["parents"]
	for _, src := range sources {
		if from, ok := i.Flags["from"]; ok && b.o.Named[from] == "" {
			b.copyFrom(s, from, src, dest, toDir)
			continue
		} else if ok {
			b.copyContext(s, b.o.Named[from], src, dest, toDir, parents)
			continue
		}
		if !b.o.Outside {
			b.copyContext(s, b.o.Context, src, dest, toDir, parents)
		}
	}
}

// copyContext copies from a workspace folder.
func (b *builder) copyContext(s *stage, context, src, dest string, toDir, parents bool) {
	if strings.Contains(src, "://") || strings.HasPrefix(src, "git@") {
		return
	}
	rel := strings.TrimPrefix(path.Clean("/"+src), "/") // never above the context
	sources := b.glob(context, rel)
	if len(sources) == 0 && rel != "" {
		s.Absent = append(s.Absent, path.Join(context, rel))
	}
	for _, source := range sources {
		switch {
		case parents:
			s.add(source, path.Join(dest, strings.TrimPrefix(source, context+"/")))
		case b.o.FS.IsDir(source):
			s.add(source, dest) // a folder's content is copied, not the folder
		case toDir || dest == s.Workdir || s.holds(dest):
			s.add(source, path.Join(dest, path.Base(source)))
		default:
			s.add(source, dest)
		}
	}
}

// glob returns the files and folders of the context that a source names.
func (b *builder) glob(context, rel string) []string {
	if !strings.ContainsAny(rel, "*?[") {
		p := path.Join(context, rel)
		if b.o.FS.IsDir(p) {
			return []string{p}
		}
		if !deploy.IsFile(b.o.FS, p) {
			return nil
		}
		return []string{p}
	}
	fixed := context
	parts := strings.Split(rel, "/")
	for len(parts) > 0 && !strings.ContainsAny(parts[0], "*?[") {
		fixed = path.Join(fixed, parts[0])
		parts = parts[1:]
	}
	var out []string
	seen := map[string]bool{}
	for _, file := range b.o.FS.List(fixed) {
		below := strings.Split(strings.TrimPrefix(file, fixed+"/"), "/")
		if fixed == "." {
			below = strings.Split(file, "/")
		}
		if len(below) < len(parts) || !matchAll(parts, below) {
			continue
		}
		p := path.Join(fixed, path.Join(below[:len(parts)]...))
		if !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	return out
}

func matchAll(patterns, names []string) bool {
	for i, p := range patterns {
		if ok, err := path.Match(p, names[i]); err != nil || !ok {
			return false
		}
	}
	return true
}

// copyFrom copies from another stage; from other images there is nothing of ours.
func (b *builder) copyFrom(s *stage, from, src, dest string, toDir bool) {
	parent := b.named[strings.ToLower(from)]
	if n, err := strconv.Atoi(from); err == nil && n >= 0 && n < len(b.stages)-1 {
		parent = b.stages[n]
	}
	if parent == nil || parent == s {
		return
	}
	src = path.Clean("/" + src)
	n := len(s.Files)
	for _, f := range parent.Files {
		switch {
		case f.Target == src:
			target := dest
			if !b.o.FS.IsDir(f.Source) && (toDir || dest == s.Workdir) {
				target = path.Join(dest, path.Base(src))
			}
			s.add(f.Source, target)
		case within(src, f.Target): // a part of what was copied
			source := path.Join(f.Source, below(src, f.Target))
			if b.o.FS.IsDir(source) {
				s.add(source, dest)
			} else if deploy.IsFile(b.o.FS, source) {
				target := dest
				if toDir || dest == s.Workdir {
					target = path.Join(dest, path.Base(src))
				}
				s.add(source, target)
			}
		case within(f.Target, src):
			s.add(f.Source, path.Join(dest, below(f.Target, src)))
		}
	}
	if len(s.Files) == n { // not there when the stage began: what it built
		s.builtFrom(parent)
		s.madeIn(b.folderAround(parent, src), parent)
	}
}

// folderAround is the folder of the workspace that was copied nearest around a path
// of a stage, or "".
func (b *builder) folderAround(s *stage, p string) string {
	target, source := "", ""
	for _, f := range s.Files {
		if within(p, f.Target) && len(f.Target) >= len(target) && b.o.FS.IsDir(f.Source) {
			target, source = f.Target, f.Source
		}
	}
	return source
}

// madeIn notes the folder that something which the stage takes from another one
// was made in; "" where its path does not tell, as where that stage took it from
// a third one.
func (s *stage) madeIn(folder string, parent *stage) {
	folders := []string{folder}
	if folder == "" {
		folders = parent.Made
	}
	for _, dir := range folders {
		if len(s.Made) < maxFiles && !slices.Contains(s.Made, dir) {
			s.Made = append(s.Made, dir)
		}
	}
}

// builtFrom notes that a stage holds what another one made.
func (s *stage) builtFrom(parent *stage) {
	add := func(source string) {
		if len(s.Built) < maxFiles && !slices.Contains(s.Built, source) {
			s.Built = append(s.Built, source)
		}
	}
	for _, f := range parent.Files {
		add(f.Source)
	}
	for _, source := range parent.Built {
		add(source)
	}
}

// maxFiles bounds what stages copy from one another.
const maxFiles = 5000

func (s *stage) add(source, target string) {
	if len(s.Files) < maxFiles {
		s.Files = append(s.Files, deploy.Mount{Source: source, Target: target})
	}
}

// holds reports whether something was copied below a container folder.
func (s *stage) holds(dir string) bool {
	for _, f := range s.Files {
		if f.Target != dir && within(f.Target, dir) {
			return true
		}
	}
	return false
}

// within reports whether the container path p is below dir.
func within(p, dir string) bool {
	return dir == "/" && p != "/" || strings.HasPrefix(p, dir) && len(p) > len(dir) && p[len(dir)] == '/'
}

// below returns p relative to dir.
func below(p, dir string) string {
	return strings.TrimPrefix(strings.TrimPrefix(p, dir), "/")
}
