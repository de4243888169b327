package workforce

import "github.com/zhitu/zhitu/internal/kg"

// Distance is how far one position is from another.
type Distance struct {
	Minutes    int     // of the path of a person who has finished the path to the first from nothing
	Similarity float64 // weighted Jaccard index of what they require
}

// PositionDistance returns how far it is from one position to another. It is not symmetric.
func PositionDistance(g *kg.Graph, from, to kg.Position) Distance { panic("distance") }
