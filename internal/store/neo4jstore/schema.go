package neo4jstore

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// The n-th migration, in the order of their names, leads from schema n-1 to n, and
// may be run again where it was broken off: Neo4j does not take constraints and
// data in one transaction. One that has been released is never edited; a change
// is a new one.
//
//go:embed migrations/*.cypher
var migrationFiles embed.FS

var migrations = func() (scripts []string) {
	names, _ := fs.Glob(migrationFiles, "migrations/*.cypher")
	for _, name := range names {
		script, err := migrationFiles.ReadFile(name)
		if err != nil {
			panic(err) // embedded, so it is there
		}
		scripts = append(scripts, stripComments(string(script)))
	}
	return scripts
}()

// packs is the migration that Rebuild completes: what Cypher cannot pack.
const packs = 2

// prepare brings a database that is ours, or has nothing under our labels, to the
// current schema. One that has it already is only looked at.
func (s *Store) prepare(ctx context.Context) error {
	var version int
	err := s.callServer(ctx, "open", lengthy/2, func(ctx context.Context) (err error) {
		version, err = s.recognise(ctx)
		return err
	})
	if err == nil && version < len(migrations) {
		err = s.migrate(ctx, version)
	}
	if err != nil {
		return err
	}
	// A server that has just started takes seconds for what later takes a
	// millisecond. No question shall have to wait for that.
	return s.callServer(ctx, "open", lengthy/2, func(ctx context.Context) error {
		_, _, err := revisionIn(ctx, s.readRunner())
		if err == nil {
			_, _, err = new(decoder).loadPeople(ctx, s.readRunner(), nil, true) // nobody, so that it needs no points
		}
		return err
	})
}

// recognise returns the version of the schema, 0 where there is none. It refuses
// what is not ours before anything is written.
func (s *Store) recognise(ctx context.Context) (version int, err error) {
	found, err := s.writeRunner().run(ctx, cypher("schema"), nil)
	if err != nil {
		return 0, err
	}
	if len(found) > 0 {
		version, _ := found[0].Values[0].(int64)
		if int(version) > len(migrations) {
			return 0, fmt.Errorf("%w: the database has schema %d, this program knows %d", store.ErrSchema, version, len(migrations))
		}
		return int(version), nil
	}
	strangers, err := s.writeRunner().run(ctx, cypher("strangers"), nil)
	if err == nil && len(strangers) > 0 {
		return 0, fault.New(fault.InvalidArgument,
			"the database holds nodes %v that are not zhitu's: choose an empty database, or one in which those labels are not used",
			"数据库中已有不属于知图的节点 %v：请选择空数据库，或未使用这些标签的数据库", strangers[0].Values[0])
	}
	return 0, err
}

func (s *Store) migrate(ctx context.Context, version int) error {
	for ; version < len(migrations); version++ {
		err := s.callServer(ctx, "migrate", lengthy, func(ctx context.Context) error {
			for statement := range strings.SplitSeq(migrations[version], ";") {
				if strings.TrimSpace(statement) == "" {
					continue
				}
				_, err := s.writeRunner().run(ctx, statement, nil)
				// Several who do the same at once deadlock until one is through.
				for isTransient(err) && sleepContext(ctx, rand.N(500*time.Millisecond)) {
					_, err = s.writeRunner().run(ctx, statement, nil)
				}
				if err != nil {
					return fmt.Errorf("migration %d: %w", version+1, err)
				}
			}
			return nil
		})
		if err == nil && version+1 == packs {
			_, err = s.Rebuild(ctx)
		}
		if err != nil {
			return err
		}
		err = s.callServer(ctx, "migrate", lengthy, func(ctx context.Context) error {
			// Of several programs that do the same at once, none sets it back.
			_, err := s.writeRunner().run(ctx, cypher("migrated"), map[string]any{"version": version + 1})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
