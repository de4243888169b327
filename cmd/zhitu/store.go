package main

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

const (
	defaultStore   = "sqlite:zhitu.db"
	storeNameForms = "sqlite:FILE, or neo4j://HOST:7687 (also neo4j+s, neo4j+ssc, bolt, bolt+s, bolt+ssc)"
)

// storeFlag adds the flags of a command on a store.
func storeFlag(cmd *cobra.Command) {
	cmd.Flags().String("store", defaultStore, "where the data are: "+storeNameForms)
	migrateFlag(cmd)
}

func migrateFlag(cmd *cobra.Command) {
	cmd.Flags().Bool("migrate", false, "upgrade the schema of a store that an earlier version wrote; what writes to a store does so by itself")
}

// accessMode says what opening a store may do to it.
type accessMode int

const (
	openExisting accessMode = iota // to read: it must exist, and its schema is upgraded by --migrate alone
	openOrCreate                   // to write: a missing file is created, and an older schema upgraded
)

// onMigrate returns what a store asks before it upgrades its schema.
func (a *app) onMigrate(name string, how accessMode) store.OnMigrate {
	return func(from, to int) error {
		if how == openExisting && !a.cfg.Migrate {
			return fault.New(fault.Unavailable,
				"an earlier version of zhitu wrote it (schema %d), and this command only reads: make a backup, and give --migrate to upgrade it to schema %d, which the earlier version cannot open",
				"它由较早版本的 zhitu 写入（架构 %d），而此命令只读取数据：请先备份，再加 --migrate 升级到架构 %d，升级后较早版本将无法打开", from, to)
		}
		a.inform(fault.T("upgrading %s from schema %d to %d", "正在将 %s 从架构 %d 升级到 %d", name, from, to))
		return nil
	}
}

// openStore opens the store that a setting names. It is the only place that lists
// the kinds of store.
func (a *app) openStore(ctx context.Context, name string, how accessMode) (store.Store, error) {
	scheme, rest, _ := strings.Cut(name, ":")
	switch {
	case name == "memory:":
		return nil, a.invalidSetting(a.storeSetting(name), "memory: holds data for as long as it is served, so it is for serve alone; give sqlite:FILE", "memory: 中的数据只在服务运行期间存在，仅用于 serve；请改用 sqlite:FILE")
	case scheme == "sqlite" && rest != "":
		return a.openSQLite(ctx, name, rest, how)
	case isNeo4jURI(name):
		return a.openNeo4j(ctx, name, how)
	}
	setting := name
	if i := strings.LastIndex(name, "@"); i >= 0 {
		name = scheme + "://…" + name[i:]
	}
	name, _, _ = strings.Cut(name, "?")
	return nil, a.invalidSetting(a.storeSetting(setting), "%s names no store; give %s", "%s 不是存储地址；请填写 %s", competency.Quote(name), storeNameForms)
}

// storeSetting returns the setting that names a store.
func (a *app) storeSetting(name string) string {
	switch {
	case name == "":
		return "store"
	case name == a.cfg.From:
		return "from"
	case name == a.cfg.To:
		return "to"
	}
	return "store"
}

func (a *app) openSQLite(ctx context.Context, name, file string, how accessMode) (store.Store, error) {
	if how == openExisting && isMissingFile(name) {
		return nil, fault.New(fault.Unavailable, "there is no store %s: import a catalog into it first, or name another with --store",
			"存储 %s 不存在：请先导入目录，或用 --store 指定其他存储", file)
	}
	st, err := sqlitestore.OpenWith(ctx, file, sqlitestore.Options{OnMigrate: a.onMigrate(name, how)})
	var known *fault.Error
	switch {
	case errors.As(err, &known): // says what to do
		return nil, fault.Wrap(known.Cause, known.Code, "the store %s cannot be opened: %s", "无法打开存储 %s：%s", file, known.Text)
	case errors.Is(err, store.ErrSchema):
		return nil, newerSchema(err, file)
	case err != nil:
		return nil, fault.Wrap(err, fault.Unavailable, "the store %s cannot be opened", "无法打开存储 %s", file)
	}
	return st, nil
}

func (a *app) openNeo4j(ctx context.Context, uri string, how accessMode) (store.Store, error) {
	st, err := neo4jstore.Open(ctx, uri, neo4jstore.Options{
		User: a.cfg.Neo4jUser, Password: a.cfg.Neo4jPassword, Database: a.cfg.Neo4jDatabase,
		CAFile: a.cfg.Neo4jCAFile, PoolSize: a.cfg.Neo4jPoolSize, Timeout: a.cfg.Neo4jTimeout,
		OnMigrate: a.onMigrate(uri, how),
	})
	var known *fault.Error
	switch {
	case err == nil:
		return st, nil
	case errors.Is(err, neo4jstore.ErrOptions):
		return nil, usageError{err}
	case errors.As(err, &known): // says what to do
		return nil, known
	case errors.Is(err, store.ErrSchema):
		return nil, newerSchema(err, uri)
	}
	if errors.Is(err, store.ErrUnavailable) {
		return nil, fault.Wrap(err, fault.Unavailable, "the store %s cannot be reached: is Neo4j running there?", "无法访问存储 %s：Neo4j 是否已启动？", uri)
	}
	return nil, fault.Wrap(err, fault.Unavailable, "the store %s cannot be opened: it takes Neo4j 5.26 or newer", "无法打开存储 %s：需要 Neo4j 5.26 或更新版本", uri)
}

func newerSchema(err error, name string) error {
	return fault.Wrap(err, fault.Unavailable, "the data in %s were written by a newer version of zhitu: update this program", "%s 中的数据由更新版本的 zhitu 写入：请升级本程序", name)
}

func isNeo4jURI(name string) bool {
	scheme, _, ok := strings.Cut(name, ":")
	return ok && slices.Contains(neo4jstore.Schemes, scheme)
}

// isMissingFile reports whether a setting names a file that does not exist.
func isMissingFile(name string) bool {
	file, ok := strings.CutPrefix(name, "sqlite:")
	_, err := os.Stat(file)
	return ok && errors.Is(err, fs.ErrNotExist)
}

// withStore opens the store that a setting names, runs an action on it, and closes
// it.
func (a *app) withStore(ctx context.Context, name string, how accessMode, do func(store.Store) error) (err error) {
	st, err := a.openStore(ctx, name, how)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	return a.withAudit(ctx, name, st, how, func() error { return do(st) })
}

// withService runs an action on a service over the store that a setting names.
func (a *app) withService(ctx context.Context, name string, how accessMode, do func(*service.Service) error) error {
	return a.withStore(ctx, name, how, func(st store.Store) error {
		s, err := a.newService(ctx, name, st, layersConfig{Workforce: analysis.WorkforceConfig{Memory: math.MaxInt64, Wait: math.MaxInt64}})
		if err != nil {
			return err
		}
		defer s.Analysis.Close()
		return do(s)
	})
}

// newService opens a service on a store, or prints all problems of the stored data.
func (a *app) newService(ctx context.Context, name string, st store.Store, cfg layersConfig) (*service.Service, error) {
	cfg.Links, cfg.Audit, cfg.Issuer = a.cfg.LinkSchemes, a.audit, a.cfg.OIDCIssuer
	s, err := newLayers(ctx, st, cfg)
	if len(fault.ProblemsOf(err)) > 0 {
		if _, problems := a.inspectStore(ctx, name, st, a.err); problems != nil {
			err = problems
		}
	}
	return s, err
}

// withMemoryService runs an action on a service over an empty store in memory.
func (a *app) withMemoryService(ctx context.Context, do func(*service.Service) error) (err error) {
	st, err := sqlitestore.OpenMemory(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	s, err := newLayers(ctx, st, layersConfig{Links: a.cfg.LinkSchemes})
	if err != nil {
		return err
	}
	defer s.Analysis.Close()
	return do(s)
}
