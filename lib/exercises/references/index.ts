// One line a chapter: importing a chapter's references registers its exercises.
import "./01-tensors";
import "./02-acceleration";
import "./03-neural-network";
import "./04-cnn";
import "./05-rnn";
import "./06-gan";
