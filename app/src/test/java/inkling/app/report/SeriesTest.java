package inkling.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import inkling.app.report.Series.Point;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Smoothed lines.
class SeriesTest {
    private static List<Point> line(int points, IntToDoubleFunction y) {
        return IntStream.range(0, points)
                .mapToObj(i -> new Point(10 * i, y.applyAsDouble(i)))
                .toList();
    }

    @Test
    void a_straight_line_stays_where_it_is_up_to_half_a_window_before_the_end() {
        List<Point> falling = line(100, i -> 7 - 0.05 * i);
        List<Point> smooth = Series.smoothed(falling, 0.2);
        assertThat(smooth).hasSameSizeAs(falling);
        for (int i = 0; i < 90; i++) {
            assertThat(smooth.get(i).x()).isEqualTo(falling.get(i).x());
            assertThat(smooth.get(i).y()).isCloseTo(falling.get(i).y(), within(1e-12));
        }
    }

    @Test
    void what_scatters_around_a_line_comes_near_to_it() {
        List<Point> scattered = line(200, i -> 3 + (i % 2 == 0 ? 0.5 : -0.5));
        List<Point> smooth = Series.smoothed(scattered, 0.1);
        for (Point point : smooth.subList(10, 200)) {
            assertThat(point.y()).isCloseTo(3, within(0.05));
        }
    }

    @Test
    void few_points_are_left_alone() {
        assertThat(Series.smoothed(List.of(), 0.1)).isEmpty();
        List<Point> two = line(2, i -> i);
        assertThat(Series.smoothed(two, 0.02)).isEqualTo(two);
    }
}
