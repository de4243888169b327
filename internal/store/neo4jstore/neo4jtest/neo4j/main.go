// Command neo4j runs a Neo4j server in the foreground, for trying it out. It keeps its
// data between runs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
)

func main() {
	var o neo4jtest.Options
	flag.StringVar(&o.Version, "version", neo4jtest.Version(), "version of Neo4j")
	flag.StringVar(&o.Dir, "dir", "", "folder of its data and logs (default: one for each version in the user's cache folder)")
	flag.IntVar(&o.Port, "port", 7687, "port on the loopback interface")
	flag.StringVar(&o.Heap, "heap", "1g", "memory for the heap")
	check := flag.Bool("check", false, "start nothing: only say what is missing for that, and fail if something is")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	run := runServer
	if *check {
		run = func(context.Context, neo4jtest.Options) error { return neo4jtest.Installed(o.Version) }
	}
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "neo4j:", err)
		os.Exit(1)
	}
}

func runServer(ctx context.Context, o neo4jtest.Options) error {
	if o.Dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return err
		}
		o.Dir = filepath.Join(cache, "zhitu", "neo4j-data-"+o.Version)
	}
	o.Flags = []string{"-XX:TieredStopAtLevel=4"} // it may run for long
	fmt.Printf("starting Neo4j %s; the first time it is fetched, which takes a while\n", o.Version)
	server, err := neo4jtest.Start(ctx, o)
	if err != nil {
		return err
	}
	fmt.Printf(`%s answers, without a password; its data stay in %s
to serve from it:
  go run ./cmd/zhitu serve --store %[1]s
Ctrl-C ends it
`, server.URI(), server.Dir())
	select {
	case <-ctx.Done():
		return server.Stop()
	case <-server.Done():
		return errors.New("it has ended by itself, see " + filepath.Join(server.Dir(), "logs"))
	}
}
