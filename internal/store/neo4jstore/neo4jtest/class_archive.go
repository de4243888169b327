package neo4jtest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// classArchives holds the archive of each version that this process has looked for, ""
// for one that could not be written.
var classArchives = struct {
	sync.Mutex
	files map[string]string
}{files: map[string]string{}}

// classArchive returns a file of loaded classes (application class-data sharing). The JVM
// maps it into memory, instead of loading the classes from jars. A start then takes 3
// seconds of processor time instead of 4.5. The file is written once for each version of
// Neo4j and Java. It returns "" where that fails: a server starts without it, too.
func (s *Server) classArchive(ctx context.Context) string {
	classArchives.Lock()
	defer classArchives.Unlock()
	java, err := exec.CommandContext(ctx, s.java, "-version").CombinedOutput()
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(append(java, s.java...))
	name := fmt.Sprintf("neo4j-%s-%x.jsa", s.options.Version, sum[:8])
	file, known := classArchives.files[name]
	if known {
		return file
	}
	if file, err = cacheFolder(name); err == nil {
		err = s.writeClassArchive(ctx, file)
	}
	if err != nil {
		file = ""
	}
	if ctx.Err() == nil {
		classArchives.files[name] = file
	}
	return file
}

// writeClassArchive writes the archive, unless it exists. It runs a server that writes
// its loaded classes when it ends. The file appears whole, by its renaming.
func (s *Server) writeClassArchive(ctx context.Context, file string) error {
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	release, err := acquireMachineLock(ctx, "class archive "+filepath.Base(file))
	if err != nil {
		return err
	}
	defer release()
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	staging, err := os.MkdirTemp(filepath.Dir(file), filepath.Base(file)+".")
	if err != nil {
		return err
	}
	defer os.RemoveAll(staging)
	written := filepath.Join(staging, "archive")
	w := &Server{
		shell: s.shell, java: s.java, library: s.library, dir: staging, temporary: true,
		options: Options{Version: s.options.Version, Heap: "512m", Flags: []string{"-XX:ArchiveClassesAtExit=" + written}},
	}
	if w.port, err = freePort(); err != nil {
		return err
	}
	if err := w.startAndWait(ctx); err != nil {
		return err
	}
	if err := w.Shutdown(); err != nil {
		return err
	}
	return os.Rename(written, file)
}
