package exchange

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
)

// MaxTextSize bounds what ReadText returns, in bytes after decompression.
const MaxTextSize = maxFileBytes

// ReadText reads a whole text file, which gzip may have compressed. It removes a
// byte order mark; UTF-16 with such a mark becomes UTF-8. It returns false, and no
// text, where the file is larger than MaxTextSize. An error says that the file
// cannot be read.
func ReadText(path string) (text string, complete bool, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", false, readError(path, err)
	}
	defer file.Close()
	data, err := decompressed(file)
	if err != nil {
		return "", false, readError(path, err)
	}
	if len(data) > MaxTextSize {
		return "", false, nil
	}
	text, _ = decodeBOM(string(data))
	return text, true, nil
}

// decompressed reads a file that may be compressed, one byte beyond the limit.
func decompressed(file io.Reader) ([]byte, error) {
	limit := func(r io.Reader) io.Reader { return io.LimitReader(r, MaxTextSize+1) }
	data, err := io.ReadAll(limit(file))
	if err != nil || !bytes.HasPrefix(data, []byte("\x1f\x8b")) {
		return data, err
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(limit(unpacked))
}
