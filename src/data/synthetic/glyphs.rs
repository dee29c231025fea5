//! The skeletons of the ten digits, in a few people's styles.

/// Half the height of every skeleton, in its own units.
pub(super) const HALF_HEIGHT: f64 = 50.0;

/// One way of writing a digit.
pub(super) struct Glyph {
    /// Where the pen passes: x to the right, y down, in units that make an average digit
    /// 2 [`HALF_HEIGHT`] high around `[0, 0]`.
    pub(super) points: &'static [[i8; 2]],
    /// Each a smooth curve through the points of these numbers, closed if it ends where it starts;
    /// curves that share a point meet in a corner, wherever chance moves that point.
    pub(super) strokes: &'static [&'static [usize]],
}

/// The styles of each digit, all equally likely.
pub(super) const STYLES: [&[Glyph]; 10] =
    [ZERO, ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN, EIGHT, NINE];

const ZERO: &[Glyph] = &[
    Glyph {
        points: &[[0, -50], [-21, -36], [-30, 0], [-21, 36], [0, 50], [21, 36], [30, 0], [21, -36]],
        strokes: &[&[0, 1, 2, 3, 4, 5, 6, 7, 0]],
    },
    // Not quite closed: the end crosses the start.
    Glyph {
        points: &[
            [13, -48], [-15, -43], [-29, -5], [-20, 38], [3, 50], [25, 30], [28, -10], [13, -40],
            [-8, -48],
        ],
        strokes: &[&[0, 1, 2, 3, 4, 5, 6, 7, 8]],
    },
];

const ONE: &[Glyph] = &[
    Glyph {
        points: &[[0, -50], [0, 0], [0, 50]],
        strokes: &[&[0, 1, 2]],
    },
    Glyph {
        points: &[[0, -50], [0, 0], [0, 50], [-20, -28]],
        strokes: &[&[3, 0], &[0, 1, 2]],
    },
    Glyph {
        points: &[[0, -50], [0, 0], [0, 50], [-20, -30], [-20, 50], [20, 50]],
        strokes: &[&[3, 0], &[0, 1, 2], &[4, 2, 5]],
    },
];

const TWO: &[Glyph] = &[
    Glyph {
        points: &[
            [-25, -28], [-10, -48], [15, -46], [25, -25], [13, 0], [-10, 25], [-28, 48], [0, 48],
            [30, 46],
        ],
        strokes: &[&[0, 1, 2, 3, 4, 5, 6], &[6, 7, 8]],
    },
    // With a loop at the foot.
    Glyph {
        points: &[
            [-25, -30], [-5, -50], [20, -38], [20, -10], [0, 20], [-21, 45], [-30, 33], [-13, 30],
            [8, 45], [30, 43],
        ],
        strokes: &[&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    },
];

const THREE: &[Glyph] = &[
    Glyph {
        points: &[
            [-25, -38], [0, -50], [23, -35], [15, -10], [-5, -1], [20, 8], [28, 30], [5, 50],
            [-28, 38],
        ],
        strokes: &[&[0, 1, 2, 3, 4], &[4, 5, 6, 7, 8]],
    },
    // With a flat top.
    Glyph {
        points: &[[-25, -45], [25, -48], [0, -10], [25, 5], [25, 35], [0, 50], [-28, 40]],
        strokes: &[&[0, 1], &[1, 2], &[2, 3, 4, 5, 6]],
    },
];

const FOUR: &[Glyph] = &[
    // Open at the top.
    Glyph {
        points: &[[-21, -45], [-25, -15], [-23, 6], [5, 8], [30, 4], [20, -43], [18, 5], [15, 50]],
        strokes: &[&[0, 1, 2], &[2, 3, 4], &[5, 6, 7]],
    },
    Glyph {
        points: &[[13, -50], [-8, -20], [-30, 13], [0, 14], [30, 13], [13, 0], [13, 50]],
        strokes: &[&[0, 1, 2], &[2, 3, 4], &[0, 5, 6]],
    },
];

const FIVE: &[Glyph] = &[
    Glyph {
        points: &[
            [-20, -48], [5, -49], [25, -48], [-21, -28], [-23, -8], [0, -15], [25, 5], [20, 38],
            [-3, 50], [-28, 40],
        ],
        strokes: &[&[0, 1, 2], &[0, 3, 4], &[4, 5, 6, 7, 8, 9]],
    },
    // In one go, almost an S.
    Glyph {
        points: &[
            [25, -48], [0, -48], [-19, -38], [-15, -15], [10, -5], [25, 18], [13, 45], [-10, 50],
            [-28, 40],
        ],
        strokes: &[&[0, 1, 2, 3, 4, 5, 6, 7, 8]],
    },
];

const SIX: &[Glyph] = &[
    Glyph {
        points: &[
            [18, -50], [-8, -30], [-25, 5], [-23, 35], [0, 50], [23, 35], [20, 10], [0, 1],
            [-20, 15],
        ],
        strokes: &[&[0, 1, 2, 3, 4, 5, 6, 7, 8]],
    },
    // Narrow, with a small bowl.
    Glyph {
        points: &[
            [5, -50], [-15, -15], [-21, 20], [-10, 48], [13, 46], [21, 28], [8, 13], [-10, 20],
            [-18, 35],
        ],
        strokes: &[&[0, 1, 2, 3, 4, 5, 6, 7, 8]],
    },
];

const SEVEN: &[Glyph] = &[
    Glyph {
        points: &[[-28, -43], [0, -45], [28, -46], [10, -5], [-5, 50]],
        strokes: &[&[0, 1, 2], &[2, 3, 4]],
    },
    // With a bar.
    Glyph {
        points: &[[-28, -43], [0, -45], [28, -46], [8, 0], [-8, 50], [-13, 4], [25, 0]],
        strokes: &[&[0, 1, 2], &[2, 3, 4], &[5, 3, 6]],
    },
    // With a serif.
    Glyph {
        points: &[[-28, -25], [-25, -44], [0, -45], [25, -45], [15, -5], [10, 50]],
        strokes: &[&[0, 1], &[1, 2, 3], &[3, 4, 5]],
    },
];

const EIGHT: &[Glyph] = &[
    // One stroke that crosses itself.
    Glyph {
        points: &[
            [19, -36], [0, -50], [-19, -35], [-10, -13], [11, 6], [23, 28], [0, 50], [-23, 28],
            [-9, 4], [13, -15],
        ],
        strokes: &[&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]],
    },
    // Two rings.
    Glyph {
        points: &[[0, -3], [-20, -25], [0, -50], [20, -25], [24, 24], [0, 50], [-24, 24]],
        strokes: &[&[0, 1, 2, 3, 0], &[0, 4, 5, 6, 0]],
    },
];

const NINE: &[Glyph] = &[
    Glyph {
        points: &[[21, -30], [3, -50], [-21, -33], [-15, -8], [6, -5], [20, 10], [16, 50]],
        strokes: &[&[0, 1, 2, 3, 4, 0], &[0, 5, 6]],
    },
    // With a curled tail.
    Glyph {
        points: &[
            [21, -30], [3, -50], [-21, -33], [-15, -8], [6, -5], [23, 13], [8, 48], [-21, 40],
        ],
        strokes: &[&[0, 1, 2, 3, 4, 0], &[0, 5, 6, 7]],
    },
];
