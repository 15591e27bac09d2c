package dev.lacewing.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an epoch of training came to.
 *
 * @param number from 1; 0 in a run without epochs, whose network is judged as it begins
 * @param rate learning rate of its last step
 * @param loss mean over its training images, as the network was when it saw them
 * @param accuracy share of those that were classified rightly, 0 to 1
 * @param testLoss cross-entropy on the test images; NaN if the epoch was not followed by an evaluation
 * @param testAccuracy 0 to 1; NaN likewise
 * @param density share of nonzeros among the weights in scope
 * @param seconds training and evaluation took
 * @param figures of the method, by name
 */
public record Epoch(int number, double rate, double loss, double accuracy, double testLoss, double testAccuracy, double density, double seconds, Map<String, Double> figures) {
    public Epoch { figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures)); }
}
