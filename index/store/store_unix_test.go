//go:build unix

package store_test

import (
	"io/fs"
	"path/filepath"
	"testing"

	"topicls/index/store"
)

// TestPermissions looks at the modes of all that is written: its owner alone
// may read it.
func TestPermissions(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	w := open(t, dir, store.Options{}).Workspace("/w")
	if err := w.Add(files(0, 10), all); err != nil {
		t.Fatal(err)
	}
	if err := w.WriteState("x", nil); err != nil {
		t.Fatal(err)
	}
	if err := w.Note(1, 1); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", p, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
