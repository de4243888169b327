package importing

import (
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Upload is an uploaded file, in a temporary file of the system's folder.
type Upload struct {
	Name string
	Size int

	file  *os.File
	taken bool // a job closes it
}

// spoolPattern is the name of temporary files.
const spoolPattern = "zhitu-upload-*"

// Spool copies a file into a temporary one, where the system lets it without a name from the
// start: then nothing of it is left after a crash. Close deletes it.
func Spool(name string, from io.Reader) (*Upload, error) {
	file, err := os.CreateTemp("", spoolPattern)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "the server has no room for uploads now: try again later", "服务器暂无空间存放上传文件：请稍后重试")
	}
	_ = os.Remove(file.Name()) // Windows refuses: Close does it then
	u := &Upload{Name: name, file: file}
	size, err := io.Copy(file, from)
	if err != nil {
		u.Close()
		if isPathError(err) {
			err = fault.Wrap(err, fault.Unavailable, "the server has no room for uploads now: try again later", "服务器暂无空间存放上传文件：请稍后重试")
		}
		return nil, err
	}
	u.Size = int(size)
	return u, nil
}

func isPathError(err error) bool {
	var wrong *os.PathError
	return errors.As(err, &wrong)
}

// Release deletes the file, unless a job has taken it.
func (u *Upload) Release() {
	if !u.taken {
		u.Close()
	}
}

// Close deletes the file.
func (u *Upload) Close() {
	_ = u.file.Close()
	_ = os.Remove(u.file.Name())
}

// leftoverAge is after how long a temporary file with a name is one that a crash has left:
// no job takes so long.
const leftoverAge = 24 * time.Hour

// RemoveLeftovers deletes temporary files that an instance has left which was killed, on a
// system that keeps the name of a file as long as it is open.
func RemoveLeftovers(now time.Time) {
	names, _ := filepath.Glob(filepath.Join(os.TempDir(), spoolPattern))
	for _, name := range names {
		if info, err := os.Stat(name); err == nil && now.Sub(info.ModTime()) > leftoverAge {
			_ = os.Remove(name)
		}
	}
}

// maxName is how many bytes the name of a file has at most.
const maxName = 200

// cleanName returns the name of an uploaded file without folders, as it is shown and read.
func cleanName(name string) (string, error) {
	name = strings.ToValidUTF8(name, "")
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, name))
	if name == "" || name == "." || name == ".." || name == "/" || len(name) > maxName || !utf8.ValidString(name) {
		return "", fault.New(fault.InvalidArgument, "%s is no name of a file: give it a name of at most %d bytes", "%s 不是文件名：请使用不超过 %d 字节的名称", competency.Quote(name), maxName)
	}
	return name, nil
}
