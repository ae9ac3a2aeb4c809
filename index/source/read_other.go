//go:build !linux

package source

// readBeneath reads the regular file at path below root, at most limit bytes.
func readBeneath(root, path string, limit int) ([]byte, error) {
	return rootRead(root, path, limit)
}
