package index

import "topicls/index/store"

// Store is a folder in which is kept between runs what was found out about
// workspaces.
type Store = store.Store

// StoreInfo is what a store holds.
type StoreInfo = store.Info

// DefaultStoreDir is the folder that TOPICLS_CACHE_DIR names, or else one in
// the user's cache folder.
func DefaultStoreDir() (string, error) { return store.DefaultDir() }

// OpenStore opens the store in a folder, which need not exist yet.
func OpenStore(dir string) (*Store, error) { return store.Open(dir, store.Options{}) }
