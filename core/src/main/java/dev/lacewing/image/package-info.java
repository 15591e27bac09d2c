/** Pictures and labelled images as they stand in files: JPEG and PNG, the IDX files of MNIST, the records of CIFAR. What a network makes of them is another matter. */
@NullMarked
package dev.lacewing.image;

import org.jspecify.annotations.NullMarked;
