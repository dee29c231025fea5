//! Cutting a path into dashes.

use super::surface::Point;

/// The dashes of `path`, each `on` wide with `off` between them, points. Widths, not lengths: a curve that jumps up and
/// down in every column would fall into thousands of dashes that nobody can see. They start with the path, so that a path
/// that only grew longer has the same dashes and some more.
pub(super) fn dashes(path: &[Point], on: f64, off: f64) -> Vec<Vec<Point>> {
    let (mut dashes, mut dash) = (Vec::new(), Vec::from_iter(path.first().copied()));
    // What is left of the present dash, or of the gap.
    let (mut drawing, mut left) = (true, on);
    for ends in path.windows(2) {
        let (from, to) = (ends[0], ends[1]);
        let width = f64::from((to.0 - from.0).abs());
        let mut done = 0.0;
        while width - done > left {
            done += left;
            let point = between(from, to, done / width);
            dash.push(point);
            if drawing {
                dashes.push(std::mem::take(&mut dash));
            } else {
                dash = vec![point];
            }
            drawing = !drawing;
            left = if drawing { on } else { off };
        }
        left -= width - done;
        if drawing {
            dash.push(to);
        }
    }
    if drawing && dash.len() > 1 {
        dashes.push(dash);
    }
    dashes
}

fn between(from: Point, to: Point, share: f64) -> Point {
    let at = |from: i32, to: i32| (f64::from(from) + share * f64::from(to - from)).round() as i32;
    (at(from.0, to.0), at(from.1, to.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_are_as_wide_however_steep_the_path_is() {
        let found = dashes(&[(0, 0), (10, 0), (20, 100), (30, 100)], 8.0, 4.0);
        assert_eq!(found, [vec![(0, 0), (8, 0)], vec![(12, 20), (20, 100), (20, 100)], vec![(24, 100), (30, 100)],]);
        let noisy: Vec<Point> = (0..900).map(|x| (x, 50 * (x % 2))).collect();
        assert_eq!(dashes(&noisy, 3.0, 3.0).len(), 150);
    }

    #[test]
    fn a_longer_path_has_the_same_dashes_and_more() {
        let path: Vec<Point> = (0..200).map(|x| (3 * x, (x * x) % 50)).collect();
        let (short, long) = (dashes(&path[..120], 9.0, 4.0), dashes(&path, 9.0, 4.0));
        assert_eq!(short[..short.len() - 1], long[..short.len() - 1]);
        assert!(long.len() > short.len());
    }

    #[test]
    fn no_path_has_no_dashes() {
        assert!(dashes(&[], 8.0, 4.0).is_empty());
        assert!(dashes(&[(1, 1)], 8.0, 4.0).is_empty());
        assert!(dashes(&[(1, 1), (1, 1)], 8.0, 4.0).iter().all(|dash| dash.iter().all(|point| *point == (1, 1))));
    }
}
