package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

const defaultStore = "sqlite:zhitu.db"

// storeFlag lets a command choose a store.
func storeFlag(cmd *cobra.Command) {
	cmd.Flags().String("store", defaultStore, "where the data are: sqlite:FILE")
}

// access says what a command is going to do with a store.
type access int

const (
	reads  access = iota // it must be there
	writes               // it may have to be created
)

// openStore opens the store that a setting names. The one place that knows which
// stores there are.
func openStore(ctx context.Context, name string, how access) (store.Store, error) {
	scheme, rest, _ := strings.Cut(name, ":")
	switch {
	case name == "memory:":
		return nil, misuse{errors.New("memory: holds data for as long as it is served, so it is for serve alone; give --store sqlite:FILE")}
	case scheme != "sqlite" || rest == "":
		return nil, misuse{fmt.Errorf("--store %q names no store; give sqlite:FILE", name)}
	}
	if how == reads {
		if missing(name) {
			return nil, fault.New(fault.Unavailable, "there is no store %s: import a catalog into it first, or name another with --store",
				"存储 %s 不存在：请先导入目录，或用 --store 指定其他存储", rest)
		}
	}
	st, err := sqlitestore.Open(ctx, rest)
	if err != nil {
		return nil, fault.Because(err, fault.Unavailable, "the store %s cannot be opened", "无法打开存储 %s", rest)
	}
	return st, nil
}

// missing reports whether a setting names a file that is not there.
func missing(name string) bool {
	file, ok := strings.CutPrefix(name, "sqlite:")
	_, err := os.Stat(file)
	return ok && errors.Is(err, fs.ErrNotExist)
}

// withService opens the store that a setting names and runs an action on it.
func withService(ctx context.Context, name string, how access, do func(*service.Service) error) error {
	st, err := openStore(ctx, name, how)
	if err != nil {
		return err
	}
	return on(ctx, st, do)
}

// withMemory runs an action on a service with nothing in it.
func withMemory(ctx context.Context, do func(*service.Service) error) error {
	st, err := sqlitestore.OpenMemory(ctx)
	if err != nil {
		return err
	}
	return on(ctx, st, do)
}

// on runs an action on a service over a store, and closes the store.
func on(ctx context.Context, st store.Store, do func(*service.Service) error) (err error) {
	defer func() { err = errors.Join(err, st.Close()) }()
	s, err := service.New(ctx, st, service.Config{})
	if err != nil {
		return err
	}
	return do(s)
}
