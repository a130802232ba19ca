extension String {
    /// With a capital letter at the start.
    package var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
