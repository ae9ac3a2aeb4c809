package bench

import (
	"context"
	"testing"

	"topicls/index"
)

func TestWorkspaceReachesItsSize(t *testing.T) {
	for _, of := range []struct {
		size  int
		kinds Kinds
	}{{10, PythonOnly}, {250, PythonOnly}} {
		size := of.size
		root := t.TempDir()
		files := Workspace(size, of.kinds)
		if err := Write(root, files); err != nil {
			t.Fatal(err)
		}
		w, err := index.Open(context.Background(), root, index.Options{})
		if err != nil {
			t.Fatal(err)
		}
		s := w.Snapshot().Stats()
		t.Logf("%+v", s)
		if s.Endpoints < size*95/100 || s.Endpoints > size+50 {
			t.Errorf("%d endpoints of %d", s.Endpoints, size)
		}
		if s.Unknown > 0 {
			t.Errorf("%d unknown topics", s.Unknown)
		}
		if s.Parsed*100 > s.Code*45 {
			t.Errorf("%d of %d files were parsed", s.Parsed, s.Code)
		}
	}
}
