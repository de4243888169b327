package web

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"io"
	"mime"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// identity is the encoding of what is not compressed.
const identity = "identity"

// brotliQuality is the best that takes less than a second for a megabyte.
const brotliQuality = 9

// compressors make what writes an encoding.
var compressors = map[string]func(io.Writer) io.WriteCloser{
	"br": func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, brotliQuality) },
	"gzip": func(w io.Writer) io.WriteCloser {
		return must(gzip.NewWriterLevel(w, gzip.BestCompression))
	},
}

// preference orders encodings between which a client does not care.
var preference = []string{"br", "gzip", identity}

// encodings returns functions that compress data by each encoding: once, when the first
// client asks for it, while others are served. They return nil where it makes nothing smaller.
func encodings(data []byte) map[string]func() []byte {
	all := map[string]func() []byte{}
	for name, newWriter := range compressors {
		all[name] = sync.OnceValue(func() []byte {
			var out bytes.Buffer
			w := newWriter(&out)
			must(w.Write(data))
			must(0, w.Close())
			if out.Len() >= len(data) {
				return nil
			}
			return bytes.Clone(out.Bytes()) // without the spare capacity
		})
	}
	return all
}

// preferredEncoding returns the encoding that headers Accept-Encoding value most (RFC 9110,
// section 12.5.3). Who refuses all gets the file as it is.
func preferredEncoding(accept []string) string {
	qualities := map[string]float64{}
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		coding, attrs, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		quality, err := strconv.ParseFloat(cmp.Or(attrs["q"], "1"), 64)
		if err != nil || quality < 0 || quality > 1 {
			quality = 0
		}
		qualities[coding] = quality
	}
	best, most := identity, 0.0
	for _, encoding := range preference {
		quality, named := qualities[encoding]
		if !named {
			quality = qualities["*"]
		}
		if quality > most {
			best, most = encoding, quality
		}
	}
	return best
}
