package index

import (
	"maps"
	"slices"

	"topicls/index/deploy"
)

// sameCode reports whether two services start the same programs of the same code.
func sameCode(a, b *deploy.Service) bool {
	return a == b || a.Infra == b.Infra && a.Context == b.Context && a.Dockerfile == b.Dockerfile && slices.Equal(a.Code, b.Code) && slices.Equal(a.Roots, b.Roots) &&
		slices.EqualFunc(a.Builds, b.Builds, func(x, y deploy.Build) bool {
			return x.Text == y.Text && x.Dir == y.Dir && slices.Equal(x.Files, y.Files)
		}) &&
		slices.EqualFunc(a.Entries, b.Entries, func(x, y deploy.Entry) bool {
			return x.File == y.File && slices.Equal(x.Words, y.Words) && maps.Equal(x.Set, y.Set)
		})
}

// sameService reports whether two services are equal, with all of their places.
func sameService(a, b *deploy.Service) bool {
	return a == b || equalServices(a, b, func(p, q deploy.Pos) bool { return p == q })
}

// equalServices reports whether two services are equal, where pos says so of
// their places.
func equalServices(a, b *deploy.Service, pos func(p, q deploy.Pos) bool) bool {
	return sameCode(a, b) && a.Workdir == b.Workdir && slices.Equal(a.Mounts, b.Mounts) && sameFiles(a.Files, b.Files, pos) &&
		a.ID == b.ID && a.Name == b.Name && a.Environment == b.Environment && pos(a.Pos, b.Pos) && a.Image == b.Image &&
		sameLack(a.Lack, b.Lack, pos) && a.MoreVars == b.MoreVars && a.Broker == b.Broker && slices.Equal(a.DependsOn, b.DependsOn) && slices.Equal(a.Profiles, b.Profiles) &&
		slices.EqualFunc(a.Entries, b.Entries, func(x, y deploy.Entry) bool { return pos(x.Pos, y.Pos) && slices.Equal(x.Args, y.Args) }) &&
		slices.EqualFunc(a.Vars, b.Vars, func(x, y deploy.Variable) bool { return equalVariables(&x, &y, pos) })
}

// sameFiles reports whether the same files are mounted.
func sameFiles(a, b []deploy.MountedFile, pos func(p, q deploy.Pos) bool) bool {
	steps := func(a, b []deploy.Step) bool {
		return slices.EqualFunc(a, b, func(x, y deploy.Step) bool { return x.What == y.What && pos(x.Pos, y.Pos) })
	}
	return slices.EqualFunc(a, b, func(x, y deploy.MountedFile) bool {
		return x.Target == y.Target && x.Secret == y.Secret && x.Text == y.Text && pos(x.Pos, y.Pos) && slices.EqualFunc(x.Lines, y.Lines, pos) && steps(x.Origin, y.Origin) &&
			slices.EqualFunc(x.Parts, y.Parts, func(p, q deploy.Part) bool {
				return p.Start == q.Start && p.End == q.End && pos(p.Pos, q.Pos) && p.Exact == q.Exact && steps(p.Origin, q.Origin)
			})
	})
}

func sameLack(a, b *deploy.Lack, pos func(p, q deploy.Pos) bool) bool {
	if a == nil || b == nil {
		return a == b
	}
	now := *b
	now.Pos = a.Pos
	return *a == now && pos(a.Pos, b.Pos)
}

func equalVariables(a, b *deploy.Variable, pos func(p, q deploy.Pos) bool) bool {
	return a.Name == b.Name && a.Value == b.Value && a.Status == b.Status && a.Reason == b.Reason && a.Default == b.Default && a.Bulk == b.Bulk && a.Command == b.Command &&
		pos(a.NamePos, b.NamePos) && pos(a.ValuePos, b.ValuePos) && a.Raw == b.Raw &&
		slices.EqualFunc(a.Origin, b.Origin, func(x, y deploy.Step) bool { return x.What == y.What && pos(x.Pos, y.Pos) }) &&
		slices.EqualFunc(a.Hidden, b.Hidden, func(x, y deploy.Definition) bool {
			return pos(x.NamePos, y.NamePos) && pos(x.ValuePos, y.ValuePos)
		})
}
