package neo4jstore

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"regexp"
	"strings"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

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

// The migrations that need more than Cypher, after their statements.
var goMigrations = map[int]func(s *Store, ctx context.Context) error{
	2: func(s *Store, ctx context.Context) error { _, err := s.Rebuild(ctx); return err },
	5: (*Store).convertUnmapped,
	6: func(s *Store, ctx context.Context) error { _, err := s.rewriteSearchKeys(ctx); return err },
}

// prepareSchema brings a database that is ours, or has nothing under our labels, to the
// current schema. One that has it already is only looked at.
func (s *Store) prepareSchema(ctx context.Context, onMigrate store.OnMigrate) error {
	var version int
	err := s.callServer(ctx, "open", longTimeout/2, func(ctx context.Context) (err error) {
		version, err = s.identifySchema(ctx)
		return err
	})
	if err == nil {
		err = onMigrate.Ask(version, len(migrations))
	}
	if err == nil && version < len(migrations) {
		err = s.migrateSchema(ctx, version)
	}
	if err != nil {
		return err
	}
	// A server that has just started takes seconds for what later takes a
	// millisecond. No question shall have to wait for that.
	return s.callServer(ctx, "open", longTimeout/2, func(ctx context.Context) error {
		_, _, err := readRevision(ctx, s.readRunner())
		if err == nil {
			_, _, err = new(decoder).loadPeople(ctx, s.readRunner(), nil, profileParts{states: true, lines: true}) // nobody, so that it needs no points
		}
		return err
	})
}

// identifySchema returns the version of the schema, 0 where there is none. It refuses
// what is not ours before anything is written.
func (s *Store) identifySchema(ctx context.Context) (version int, err error) {
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
	foreign, err := s.writeRunner().run(ctx, cypher("foreign nodes"), nil)
	if err == nil && len(foreign) > 0 {
		return 0, fault.New(fault.InvalidArgument,
			"the database holds nodes %v that are not zhitu's: choose an empty database, or one in which those labels are not used",
			"数据库中已有不属于知图的节点 %v：请选择空数据库，或未使用这些标签的数据库", foreign[0].Values[0])
	}
	return 0, err
}

func (s *Store) migrateSchema(ctx context.Context, version int) error {
	for ; version < len(migrations); version++ {
		err := s.callServer(ctx, "migrate", longTimeout, func(ctx context.Context) error {
			for statement := range strings.SplitSeq(migrations[version], ";") {
				if strings.TrimSpace(statement) == "" {
					continue
				}
				_, err := s.writeRunner().run(ctx, statement, nil)
				// Several who do the same at once deadlock until one is through, or one
				// finds what another is just dropping.
				for tries := 0; (isTransient(err) || tries < 10 && isSchemaError(err)) && sleepContext(ctx, rand.N(500*time.Millisecond)); tries++ {
					if tries >= 5 {
						s.dropOrphanedIndex(ctx, statement)
					}
					_, err = s.writeRunner().run(ctx, statement, nil)
				}
				if err != nil {
					return fmt.Errorf("migration %d: %w", version+1, err)
				}
			}
			return nil
		})
		if complete, ok := goMigrations[version+1]; ok && err == nil {
			err = complete(s, ctx)
		}
		if err != nil {
			return err
		}
		err = s.callServer(ctx, "migrate", longTimeout, func(ctx context.Context) error {
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

var constraintName = regexp.MustCompile(`CREATE CONSTRAINT (\w+)`)

// dropOrphanedIndex drops the index of a constraint that a statement creates, where the index
// has no constraint: a program that was killed in between has left it, and the constraint cannot
// be created as long as it exists. What fails here fails again in the statement.
func (s *Store) dropOrphanedIndex(ctx context.Context, statement string) {
	match := constraintName.FindStringSubmatch(statement)
	if match == nil {
		return
	}
	orphans, err := s.writeRunner().run(ctx, cypher("orphaned index"), map[string]any{"name": match[1]})
	if err == nil && len(orphans) > 0 {
		_, _ = s.writeRunner().run(ctx, "DROP INDEX "+match[1]+" IF EXISTS", nil)
	}
}

// isSchemaError reports whether the server refuses a change of constraints or indexes.
func isSchemaError(err error) bool {
	var server *neo4j.Neo4jError
	return errors.As(err, &server) && strings.Contains(server.Code, ".Schema.")
}

// convertUnmapped makes documents of the statements that could not be mapped, as
// earlier schemas kept them. Each transaction moves some; what has been moved before
// the process ended stays moved.
func (s *Store) convertUnmapped(ctx context.Context) error {
	for {
		var left int
		err := s.callServer(ctx, "migrate", longTimeout, func(ctx context.Context) error {
			found, err := s.writeRunner().run(ctx, cypher("unmapped statements"), map[string]any{"most": int64(500)})
			if left = len(found); err != nil || left == 0 {
				return err
			}
			var rows []row
			for _, record := range found {
				v := record.Values
				r := new(decoder).recordOf("set_aside", v[0])
				id := r.textField("id", v[0])
				body := store.UnmappedBody{
					Reason:    store.UnmappedReason{EN: r.textField("reasonEn", v[2]), ZH: r.textField("reasonZh", v[3])},
					Statement: r.textField("body", v[4]),
				}
				rows = append(rows, row{
					"key": documentKey(store.UnmappedKind, id), "kind": store.UnmappedKind, "id": id, "was": v[0], "at": r.timeField("at", v[1]), "body": body.JSON(),
				})
			}
			_, err = s.writeRunner().run(ctx, cypher("put unmapped statements"), map[string]any{"rows": rows})
			return err
		})
		if err != nil || left == 0 {
			return err
		}
	}
}
